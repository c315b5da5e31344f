// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { configure } from "../api/client";
import type { Me } from "../api/shapes";
import { recallAnswer } from "../offline/answers";
import { removeAll } from "../offline/device";
import { typedStock } from "./ending";
import { askToLeave, isLeaving } from "./leaving";
import { recall, remember } from "./memory";
import { askWho, session, signedIn, signOut, stillHere } from "./session";

const ANNA: Me = {
  user: { id: "anna", name: "Anna Roy", email: "anna@laurier.example", language: "fr", has_password: true },
  company: { id: "c", name: "Cuisines Laurier", supplies: false, buys: true },
  role: "manager",
  shows_mails: false,
};

/** A server with one session, which a network leads to or not. */
const server = { isThere: true, fails: false, hasSession: true, asked: [] as string[] };

async function answer(path: string): Promise<Response> {
  if (!server.isThere) throw new TypeError("no network");
  server.asked.push(path);
  if (path === "/api/logout") {
    if (server.fails) return Response.json({ code: "unavailable" }, { status: 503 });
    server.hasSession = false;
    return new Response(null, { status: 204 });
  }
  if (path === "/api/me" && server.hasSession) return Response.json(ANNA);
  return Response.json({ code: "signed_out" }, { status: 401 });
}

beforeEach(() => {
  Object.assign(server, { isThere: true, fails: false, hasSession: true, asked: [] });
  vi.stubGlobal("fetch", answer);
  session.value = { state: "out", lost: false };
  signedIn(ANNA);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  configure({ copies: null });
  localStorage.clear();
  await removeAll("anna");
});

test("the door is shown once the session is over and this device has forgotten the person", async () => {
  await vi.waitFor(async () => expect(await recallAnswer("anna", "/api/me")).toBeDefined());
  const states: string[] = [];
  const stop = session.subscribe(({ state }) => states.push(state));
  const leaving = signOut();
  expect(states).toEqual(["in", "asking"]);
  await leaving;
  stop();
  expect([states.at(-1), server.hasSession]).toEqual(["out", false]);
  expect(await recallAnswer("anna", "/api/me")).toBeUndefined();
});

test.each(["isThere", "fails"])(
  "who signed out is let in by no page until the server has heard of it: %s",
  async (what) => {
    const trouble = what === "fails" ? { fails: true } : { isThere: false };
    Object.assign(server, trouble);
    await signOut();
    expect([session.value.state, server.hasSession]).toEqual(["out", true]);
    for (const _ of "12") {
      session.value = { state: "asking" };
      await askWho();
      expect([session.value.state, server.asked.includes("/api/me")]).toEqual(["out", false]);
    }
    Object.assign(server, { isThere: true, fails: false });
    session.value = { state: "asking" };
    await askWho();
    expect([session.value.state, server.hasSession]).toEqual(["out", false]);
  },
);

test("a page that was closed while somebody signed out is gone on with by the next", async () => {
  void signOut();
  session.value = { state: "asking" };
  await askWho();
  expect([session.value.state, server.hasSession]).toEqual(["out", false]);
  expect(await recallAnswer("anna", "/api/me")).toBeUndefined();
});

test("another tab of the same browser ends the session as soon as there is a network", async () => {
  server.isThere = false;
  await signOut();
  session.value = { state: "in", me: ANNA };
  server.isThere = true;
  await expect(stillHere()).rejects.toThrow();
  expect([server.hasSession, recall("ending")]).toEqual([false, null]);
});

test("who signs in before the server has heard of it stays", async () => {
  server.isThere = false;
  await signOut();
  server.isThere = true;
  signedIn(ANNA);
  session.value = { state: "asking" };
  await askWho();
  expect([session.value.state, server.hasSession]).toEqual(["in", true]);
});

test("what is typed into the stock and not saved is shown before one signs out, and lies here no more after", async () => {
  remember(typedStock("anna"), JSON.stringify([{ product_id: "p", point: "", variant: "", on_hand: "4" }]));
  await askToLeave();
  expect([isLeaving.value, session.value.state]).toEqual([true, "in"]);
  isLeaving.value = false;
  await signOut();
  expect([session.value.state, recall(typedStock("anna"))]).toEqual(["out", null]);
});

test("who has typed nothing leaves at once", async () => {
  remember(typedStock("anna"), "[]");
  await askToLeave();
  expect([isLeaving.value, session.value.state]).toEqual([false, "out"]);
});
