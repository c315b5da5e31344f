import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { applyStored } from "../sync/stored";
import { openDatabase, removeDatabase } from "./database";
import { begunKey, Store } from "./store";

let store: Store;

beforeEach(async () => {
  store = new Store(await openDatabase("anna"));
});

afterEach(async () => {
  store.close();
  await removeDatabase("anna");
});

function updateWith(key: string, value: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap("client").set(key, value);
  return Y.encodeStateAsUpdate(doc);
}

function read(updates: readonly Uint8Array[]): unknown {
  const doc = new Y.Doc();
  applyStored(doc, updates);
  return doc.getMap("client").toJSON();
}

test("an edit and its bytes are kept together, or not at all", async () => {
  await store.append("o1", updateWith("a", "1"), { id: "e1", at: 5, cells: ["client/a"] });
  expect(read((await store.pagesOf("o1")).updates)).toEqual({ a: "1" });
  const unwritable = { id: "e2", at: 6, cells: [() => undefined] as unknown as string[] };
  await expect(store.append("o1", updateWith("b", "2"), unwritable)).rejects.toThrow();
  expect(read((await store.pagesOf("o1")).updates)).toEqual({ a: "1" });
  expect(await store.editsOf("o1")).toHaveLength(1);
});

test("making rows one leaves what another tab has written meanwhile", async () => {
  await store.append("o1", updateWith("a", "1"));
  const pages = await store.pagesOf("o1");
  await store.append("o1", updateWith("b", "2"));
  await store.compact("o1", Y.mergeUpdates([...pages.updates]), pages.last);
  const after = await store.pagesOf("o1");
  expect(after.updates).toHaveLength(2);
  expect(read(after.updates)).toEqual({ a: "1", b: "2" });
});

test("what is not sent is counted by order, with an order begun here and a signature that waits", async () => {
  const beginning = { side: "client", party: { id: "b", name: "Boréale" }, at: 3 } as const;
  const signature = { mode: "send", digest: "d", total: "1", terms: "{}", at: 9 } as const;
  await store.append("o1", updateWith("a", "1"), { id: "e1", at: 5, cells: [] });
  await store.append("o1", updateWith("b", "1"), { id: "e2", at: 4, cells: [] });
  await store.change("o2", { beginning });
  await store.change("o3", { signature });
  await store.change("o4", { signature: { ...signature, refused: { code: "x", text: "", cells: [] } } });
  const unsent = await store.unsent();
  expect(unsent.get("o1")).toEqual({ count: 2, since: 4 });
  expect(unsent.get("o2")?.since).toBe(3);
  expect(unsent.get("o3")?.count).toBe(1);
  expect(unsent.has("o4")).toBe(false);
  await store.settle(["e1", "e2"]);
  expect((await store.unsent()).has("o1")).toBe(false);
});

test("the orders opened last are kept, and whatever is not sent or is open", async () => {
  for (const [at, id] of ["unsent", "open", "old", "young"].entries()) await store.change(id, { opened: at });
  await store.append("unsent", updateWith("a", "1"), { id: "e1", at: 5, cells: [] });
  await store.prune(1, async (id) => id === "open");
  expect((await store.orders()).map(({ id }) => id).sort()).toEqual(["open", "unsent", "young"]);
});

test("what was written before an order was born lies apart, until it is in the server's document", async () => {
  const beginning = { side: "client", party: { id: "b", name: "Boréale" }, at: 3 } as const;
  await store.change("o1", { beginning });
  const unborn = await store.whole("o1");
  await store.append(unborn.key, updateWith("a", "1"), { id: "e1", at: 5, cells: [] });
  expect(read((await store.whole("o1")).pages.updates)).toEqual({ a: "1" });
  expect((await store.unsent()).get("o1")).toEqual({ count: 1, since: 3 });
  await store.append("o1", updateWith("b", "2"));
  const born = await store.whole("o1", true);
  expect([read(born.pages.updates), read(born.begun)]).toEqual([{ b: "2" }, { a: "1" }]);
  await store.finishBeginning("o1");
  const whole = await store.whole("o1");
  expect([whole.begun, whole.copy?.beginning, read(whole.pages.updates)]).toEqual([[], null, { b: "2" }]);
  expect((await store.unsent()).size).toBe(0);
  expect((await store.pagesOf(begunKey("o1"))).updates).toEqual([]);
});

test("the oldest edit comes first, and of a forgotten order nothing is left", async () => {
  await store.append("o1", updateWith("a", "1"), { id: "e1", at: 9, cells: [] });
  await store.append("o1", updateWith("b", "2"), { id: "e2", at: 5, cells: [] });
  await store.append("o2", updateWith("c", "3"), { id: "e3", at: 7, cells: [] });
  expect((await store.whole("o1")).edits.map(({ id }) => id)).toEqual(["e2", "e1"]);
  await store.forget("o1");
  const { copy, pages, edits } = await store.whole("o1");
  expect([copy, pages.updates, edits]).toEqual([null, [], []]);
  expect((await store.pagesOf("o2")).updates).toHaveLength(1);
});

test("everything of a person goes at once", async () => {
  await store.append("o1", updateWith("a", "1"), { id: "e1", at: 5, cells: [] });
  await store.change("o1", {});
  await store.keepAnswer({ path: "/api/me", at: 1, body: {} });
  await store.clear();
  expect(await store.orders()).toEqual([]);
  expect((await store.pagesOf("o1")).updates).toEqual([]);
  expect(await store.answer("/api/me")).toBeUndefined();
});
