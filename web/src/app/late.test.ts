// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { configure } from "../api/client";
import type { Me } from "../api/shapes";
import * as databases from "../offline/database";
import { removeAll, storeFor } from "../offline/device";
import { askWho, followSession, session, signedIn } from "./session";

const ANNA: Me = {
  user: { id: "anna", name: "Anna Roy", email: "anna@laurier.example", language: "fr", has_password: true },
  company: { id: "c", name: "Cuisines Laurier", supplies: false, buys: true },
  role: "manager",
  shows_mails: false,
};

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  configure({ copies: null });
  await removeAll("anna");
});

test("who signed in before this device gave its store is let in by his copies the next time", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("no network");
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { openDatabase } = databases;
  let letIn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  vi.spyOn(databases, "openDatabase").mockImplementation(async (...asked) => {
    await held;
    return openDatabase(...asked);
  });
  followSession();
  signedIn(ANNA);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await storeFor("anna")).toBeNull();
  letIn();
  await vi.waitFor(async () => expect(await (await storeFor("anna"))?.answer("/api/me")).toBeDefined());
  session.value = { state: "asking" };
  await askWho();
  expect(session.value.state).toBe("in");
});
