// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { digest } from "../order/digest";
import { language } from "../words/catalogue";
import { SheetContext } from "./context";
import { openSheet, signature } from "./fixture";
import { Review } from "./Review";
import type { Sheet } from "./sheet";

let sheet: Sheet;
let page: HTMLElement;
let sent: unknown[];

beforeEach(() => {
  sent = [];
  vi.stubGlobal("fetch", async (_: string, request?: RequestInit) => {
    if (request?.method === "POST") sent.push(JSON.parse(String(request.body)));
    return Response.json({ items: [], next: null });
  });
  language.value = "fr";
  page = document.createElement("div");
  document.body.append(page);
});

afterEach(() => {
  vi.unstubAllGlobals();
  render(null, page);
  page.remove();
  sheet.destroy();
  sheet.connection.destroy();
});

const drawn = () => new Promise((resolve) => setTimeout(resolve));

async function show(opening: Parameters<typeof openSheet>[0], mode: "send" | "approve"): Promise<void> {
  sheet = openSheet(opening);
  sheet.connection.status.value = { kind: "live" };
  render(
    <SheetContext.Provider value={sheet}>
      <Review mode={mode} onClose={() => undefined} />
    </SheetContext.Provider>,
    page,
  );
  await drawn();
}

/** All that was written is committed. */
const settle = () => sheet.connection.settle(sheet.connection.edits.value.map(({ id }) => id));
const button = (name: string) =>
  [...page.querySelectorAll("button")].find((one) => one.textContent?.startsWith(name));

test("who signs for the first time accepts the order, and not changes that he cannot tell", async () => {
  const asked = { "lines/a/quantity": "13" };
  await show({ side: "supplier", signatures: { client: signature("Anna") }, client: asked }, "approve");
  expect(page.querySelector("h2")?.textContent).toBe("Accepter la commande");
});

test("what comes while one reads is marked until one has read it; then one signs what one has read", async () => {
  await show({ side: "supplier" }, "send");
  const { doc } = sheet.connection;
  doc.transact(() => doc.getMap("client").set("lines/a/quantity", "13"), "peer");
  await drawn();
  expect(page.querySelector("[role=alert]")?.textContent).toContain("marqué ci-dessous");
  expect(page.querySelectorAll(".review-group.is-new")).toHaveLength(1);
  button("J’ai relu")?.click();
  await drawn();
  expect(page.querySelector(".is-new, [role=alert]")).toBeNull();
  settle();
  await drawn();
  button("Signer et envoyer")?.click();
  await drawn();
  expect(sent).toEqual([{ digest: digest(sheet.standing.value.terms) }]);
});
