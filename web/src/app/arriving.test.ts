// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { h, render } from "preact";
import { useEffect } from "preact/hooks";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { configure } from "../api/client";
import type { Me } from "../api/shapes";
import { keepAnswer } from "../offline/answers";
import { removeAll } from "../offline/device";
import { language } from "../words";
import { useForm } from "./form";
import { recall, remember } from "./memory";
import { askWho, chooseLanguage, session, signedIn, stillHere } from "./session";

const ANNA: Me = {
  user: { id: "anna", name: "Anna Roy", email: "anna@laurier.example", language: "fr", has_password: true },
  company: { id: "c", name: "Cuisines Laurier", supplies: false, buys: true },
  role: "manager",
  shows_mails: false,
};

/** A server that says who is here when it is told to, and at once whether he was put out. */
function slowServer({ isPutOut = false } = {}) {
  let answer: (response: Response) => void = () => undefined;
  const asked = vi.fn(async (path: string) => {
    if (path === "/api/me/dismissal") return new Response(null, { status: isPutOut ? 204 : 404 });
    return new Promise<Response>((resolve) => {
      answer = resolve;
    });
  });
  vi.stubGlobal("fetch", asked);
  return { asked, answers: (response: Response) => answer(response) };
}

/** A form into which somebody has typed. */
function Typed(): null {
  const form = useForm({ name: "" }, async () => undefined);
  useEffect(() => form.set({ name: "Cuisines" }), []);
  return null;
}

const signedOut = () => Response.json({ code: "signed_out" }, { status: 401 });
const isIn = () => vi.waitFor(() => expect(session.value.state).toBe("in"), { timeout: 30_000 });

beforeEach(async () => {
  session.value = { state: "asking" };
  remember("present", "anna");
  await keepAnswer("anna", "/api/me", ANNA);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  configure({ copies: null });
  await removeAll("anna");
});

test("a browser without a network opens what lies on the device, and asks nobody", async () => {
  const { asked } = slowServer();
  vi.stubGlobal("navigator", { ...navigator, onLine: false });
  await askWho();
  expect(session.value).toEqual({ state: "in", me: ANNA });
  expect(asked).not.toHaveBeenCalled();
});

test("a network that carries nothing keeps nobody from his copies, and the answer counts when it comes", async () => {
  const server = slowServer();
  const asking = askWho();
  await isIn();
  server.answers(signedOut());
  await asking;
  expect(session.value).toEqual({ state: "out", lost: true });
});

test("one who types already when it comes keeps his form, and is led out once nothing is typed", async () => {
  const server = slowServer();
  const asking = askWho();
  await isIn();
  const root = document.createElement("main");
  act(() => render(h(Typed, {}), root));
  server.answers(signedOut());
  await asking;
  expect(session.value).toEqual({ state: "in", me: ANNA });
  act(() => render(null, root));
  const again = askWho();
  await vi.waitFor(() => expect(server.asked.mock.lastCall?.[0]).toBe("/api/me"));
  server.answers(signedOut());
  await again;
  expect(session.value).toEqual({ state: "out", lost: true });
});

test("one whose session has ended is not let in by his copies", async () => {
  const server = slowServer();
  const asking = askWho();
  server.answers(signedOut());
  await asking;
  expect(session.value).toEqual({ state: "out", lost: false });
});

test("one who was put out keeps nothing to come in by, and is told so", async () => {
  const server = slowServer({ isPutOut: true });
  const asking = askWho();
  server.answers(signedOut());
  await asking;
  expect(session.value).toEqual({ state: "put_out", userId: "anna" });
});

test("where nobody was before and nothing answers, the page says so", async () => {
  remember("present", "nobody");
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("no network")));
  await askWho();
  expect(session.value).toEqual({ state: "unreachable" });
});

test("a language chosen without a network stays, and the account learns it on return", async () => {
  let [spoken, isThere]: [Me["user"]["language"], boolean] = ["fr", false];
  vi.stubGlobal("fetch", async (_path: string, { method, body }: RequestInit) => {
    if (!isThere) throw new TypeError("no network");
    if (method === "PATCH") spoken = JSON.parse(String(body)).language;
    return Response.json({ ...ANNA, user: { ...ANNA.user, language: spoken } });
  });
  signedIn(ANNA);
  await expect(chooseLanguage("en")).rejects.toThrow();
  session.value = { state: "asking" };
  await askWho();
  await new Promise((resolve) => setTimeout(resolve));
  expect([session.value.state, language.value, spoken]).toEqual(["in", "en", "fr"]);
  isThere = true;
  await stillHere();
  await vi.waitFor(() =>
    expect([language.value, spoken, recall("chosen-language")]).toEqual(["en", "en", null]),
  );
  await chooseLanguage("fr");
  expect([language.value, spoken]).toEqual(["fr", "fr"]);
});
