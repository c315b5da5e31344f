// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { room, storeFor } from "../offline/device";
import { Store } from "../offline/store";
import { Visit } from "./visit";

const ANNA = "anna";
const BEGINNING = { side: "client", party: { id: "boreale", name: "Ébénisterie Boréale" }, at: 1 } as const;
const FULL = new DOMException("no room", "QuotaExceededError");
const NEVER = class {
  close(): void {}
};
let isThere: boolean;
const open: Visit[] = [];

beforeEach(() => {
  isThere = false;
  vi.stubGlobal("WebSocket", NEVER);
  vi.stubGlobal("fetch", async () => {
    if (!isThere) throw new TypeError("no network");
    return Response.json({ id: "o" }, { status: 201 });
  });
});

afterEach(() => {
  for (const visit of open.splice(0)) visit.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function visited(orderId: string): Promise<Visit> {
  const visit = await Visit.open(ANNA, orderId);
  open.push(visit);
  return visit;
}

/** An order that was begun here; `fills` writes into it, and the page of it is left again. */
async function begun(orderId: string, fills: (visit: Visit) => void): Promise<Store> {
  const store = (await storeFor(ANNA)) as Store;
  await store.change(orderId, { beginning: BEGINNING });
  const visit = await visited(orderId);
  expect(visit.isUnborn.value).toBe(true);
  fills(visit);
  await vi.waitFor(() => expect(room.value).toBe("full"));
  visit.close();
  return store;
}

/** The server has made it, and lets its page in. */
async function born(orderId: string): Promise<Visit> {
  isThere = true;
  const visit = await visited(orderId);
  visit.connect(() => undefined);
  visit.connection.status.value = { kind: "live" };
  return visit;
}

const write = (value: string) => (visit: Visit) => {
  visit.connection.doc.getMap("client").set("reference", value);
};
const reference = (visit: Visit) => visit.connection.doc.getMap("client").get("reference");
const beginningOf = async (store: Store, orderId: string) => (await store.order(orderId))?.beginning;

test("what a full device did not take of an order begun here is there when its page is opened again", async () => {
  const append = vi.spyOn(Store.prototype, "append").mockRejectedValue(FULL);
  const store = await begun("again", write("BT-1"));
  append.mockRestore();
  const visit = await visited("again");
  expect([reference(visit), visit.connection.unsaved.value]).toEqual(["BT-1", 1]);
  await vi.waitFor(async () => expect((await store.unsent()).get("again")?.count).toBe(1));
});

test("it goes into the order that the server made, and the device forgets how it was begun once it is saved", async () => {
  vi.spyOn(Store.prototype, "append").mockRejectedValue(FULL);
  const store = await begun("born", write("BT-1"));
  const visit = await born("born");
  await vi.waitFor(() => expect(reference(visit)).toBe("BT-1"));
  await vi.waitFor(() => expect(room.value).toBe("full"));
  await new Promise((resolve) => setTimeout(resolve));
  expect([visit.connection.saved.value, await beginningOf(store, "born")]).toEqual(["saving", BEGINNING]);
  visit.connection.settle(visit.connection.edits.peek().map(({ id }) => id));
  await vi.waitFor(async () => expect(await beginningOf(store, "born")).toBeNull());
  await vi.waitFor(() => expect(visit.connection.saved.value).toBe("saved"));
});

test("a device that does not tell what lies on it keeps nothing back, and forgets a moment later what it could not", async () => {
  const store = (await storeFor(ANNA)) as Store;
  await store.change("untold", { beginning: BEGINNING });
  const before = await visited("untold");
  write("BT-2")(before);
  await vi.waitFor(async () => expect((await store.unsent()).get("untold")?.count).toBe(1));
  before.close();
  vi.spyOn(Store.prototype, "order").mockRejectedValueOnce(new Error("a disk that hesitates"));
  vi.spyOn(Store.prototype, "finishBeginning").mockRejectedValueOnce(FULL);
  const visit = await born("untold");
  await vi.waitFor(() => expect(reference(visit)).toBe("BT-2"));
  await vi.waitFor(async () => expect(await beginningOf(store, "untold")).toBeNull(), 5000);
});
