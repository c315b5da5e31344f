// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { digest } from "../../order/digest";
import { signature } from "../fixture";
import { drawn, setStage } from "../stage";
import { ReviewDialog } from "./ReviewDialog";

let sent: unknown[];

const stage = setStage(async (_, request) => {
  if (request?.method === "POST") sent.push(JSON.parse(String(request.body)));
  return Response.json({ items: [], next: null });
});

beforeEach(() => {
  sent = [];
});

async function show(opening: Parameters<typeof stage.open>[0], mode: "send" | "approve"): Promise<void> {
  stage.open(opening).connection.status.value = { kind: "live" };
  await stage.draw(<ReviewDialog mode={mode} onClose={() => undefined} />);
}

/** All that was written is committed. */
const settle = () => stage.sheet.connection.settle(stage.sheet.connection.edits.value.map(({ id }) => id));
const button = (name: string) =>
  [...stage.page.querySelectorAll("button")].find((one) => one.textContent?.startsWith(name));

test("who signs for the first time accepts the order, and not changes that he cannot tell", async () => {
  const asked = { "lines/a/quantity": "13" };
  await show({ side: "supplier", signatures: { client: signature("Anna") }, client: asked }, "approve");
  expect(stage.page.querySelector("h2")?.textContent).toBe("Accepter la commande");
});

test("what comes while one reads is marked until one has read it; then one signs what one has read", async () => {
  await show({ side: "supplier" }, "send");
  const { doc } = stage.sheet.connection;
  doc.transact(() => doc.getMap("client").set("lines/a/quantity", "13"), "peer");
  await drawn();
  expect(stage.page.querySelector("[role=alert]")?.textContent).toContain("marqué ci-dessous");
  expect(stage.page.querySelectorAll(".review-group.is-new")).toHaveLength(1);
  button("J’ai relu")?.click();
  await drawn();
  expect(stage.page.querySelector(".is-new, [role=alert]")).toBeNull();
  settle();
  await drawn();
  button("Signer et envoyer")?.click();
  await drawn();
  expect(sent).toEqual([{ digest: digest(stage.sheet.standing.value.terms) }]);
});
