import { expect, test } from "vitest";
import { Problem } from "../api/problem";
import type { Me } from "../api/shapes";
import { faultsOf, sentence } from "./form";
import { isDoor } from "./routes";
import { entriesFor } from "./Shell";
import { may, safePlace, session, signedIn } from "./session";

function member(change: { supplies?: boolean; buys?: boolean; role?: Me["role"] } = {}): Me {
  return {
    user: { id: "u", name: "Anna Roy", email: "anna@laurier.example", language: "fr", has_password: true },
    company: {
      id: "c",
      name: "Cuisines Laurier",
      supplies: change.supplies ?? false,
      buys: change.buys ?? true,
    },
    role: change.role ?? "manager",
    shows_mails: false,
  };
}

const places = (me: Me) => entriesFor(me).map(({ href }) => href);

test("a company that only buys sees its purchases first, and no catalogue", () => {
  expect(places(member())).toEqual(["/purchases", "/suppliers", "/team", "/settings"]);
});

test("a company that only supplies sees its orders first, and no suppliers", () => {
  expect(places(member({ supplies: true, buys: false }))).toEqual([
    "/orders",
    "/clients",
    "/products",
    "/stock",
    "/team",
    "/settings",
  ]);
});

test("a company that does both sees both", () => {
  expect(places(member({ supplies: true })).slice(0, 4)).toEqual([
    "/orders",
    "/purchases",
    "/clients",
    "/suppliers",
  ]);
});

test("a role allows what lesser roles allow", () => {
  signedIn(member({ role: "standard" }));
  expect(may("viewer")).toBe(true);
  expect(may("standard")).toBe(true);
  expect(may("manager")).toBe(false);
  session.value = { state: "out", lost: true };
  expect(may("viewer")).toBe(false);
});

test.each([
  ["/orders/abc?x=1", "/orders/abc?x=1"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/\n/evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["", "/"],
  [undefined, "/"],
])("after signing in, %s leads to %s", (asked, place) => {
  expect(safePlace(asked)).toBe(place);
});

test("only the ways in are open to everyone", () => {
  expect(["/sign-in", "/reset/x", "/enter/x", "/invitation/x"].every(isDoor)).toBe(true);
  expect(["/", "/orders", "/invitation", "/sign-in/x"].some(isDoor)).toBe(false);
});

test("a refusal says what was kept and what to do", () => {
  expect(sentence(new Problem(0, "offline", ""))).toMatch(/gardé/);
  const errors = [{ field: "name", code: "missing", message: "Indiquez le nom." }];
  expect(sentence(new Problem(422, "invalid", "", errors))).toMatch(/^Un champ est à revoir/);
  expect(sentence(new Problem(409, "code_taken", "Ce code est pris."))).toBe("Ce code est pris.");
  expect(faultsOf(errors)).toEqual({ name: "Indiquez le nom." });
});
