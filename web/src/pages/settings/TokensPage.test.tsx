// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Me, Token } from "../../api/shapes";
import { signedIn } from "../../app/session";
import { t } from "../../words";
import { Tokens } from "./TokensPage";

const ME: Me = {
  user: { id: "s", name: "Sophie", email: "sophie@boreale.example", language: "fr", has_password: true },
  company: { id: "b", name: "Boréale", supplies: true, buys: false },
  role: "manager",
  shows_mails: false,
};
const TOKEN: Token = {
  id: "t",
  name: "Boutique",
  scopes: ["read"],
  last_used: null,
  expires_at: null,
  created_at: "2026-01-05T15:00:00Z",
};

let root: HTMLElement;

beforeEach(() => {
  root = document.body.appendChild(document.createElement("main"));
});

afterEach(() => act(() => render(null, root)));

test("a token is revoked once it was asked whether its program may be shut out", async () => {
  const revoked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { method }: RequestInit) => {
    if (method === "DELETE") revoked.push(path);
    return method === "DELETE"
      ? new Response(null, { status: 204 })
      : new Response(JSON.stringify({ items: [TOKEN], next: null, previous: null }));
  });
  signedIn(ME);
  await act(async () =>
    render(
      <LocationProvider>
        <Tokens />
      </LocationProvider>,
      root,
    ),
  );
  const press = async (label: string, within = "") => {
    const buttons = [...root.querySelectorAll<HTMLElement>(`${within} button`)];
    await act(async () => buttons.find((button) => button.textContent === label)?.click());
  };
  await vi.waitFor(() => expect(root.querySelector("td")).not.toBeNull());

  await press(t("tokens.revoke"));
  expect(root.querySelector("dialog h2")?.textContent).toContain("Boutique");
  await press(t("tokens.keep"), "dialog");
  expect(root.querySelector("dialog")).toBeNull();
  expect([revoked, root.querySelectorAll("td.at-name").length]).toEqual([[], 1]);

  await press(t("tokens.revoke"));
  await press(t("tokens.revoke"), "dialog");
  await vi.waitFor(() => expect(root.querySelector("td")).toBeNull());
  expect(revoked).toEqual(["/api/tokens/t"]);
});
