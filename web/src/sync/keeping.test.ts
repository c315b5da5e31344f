// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { effect, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { room, storeFor, writing } from "../offline/device";
import { Store } from "../offline/store";
import { unsentOrders } from "../offline/unsent";
import { OrderConnection } from "./connection";
import { Keeping } from "./keeping";
import type { Hello } from "./notices";

/** No network: a socket that never opens. */
class DeadSocket {
  static readonly urls: string[] = [];
  readonly OPEN = 1;
  readyState = 0;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(url: string) {
    DeadSocket.urls.push(url);
  }

  send(): void {}
  close(): void {}
}

const HELLO: Hello = {
  type: "hello",
  user: { id: "anna", name: "Anna" },
  side: "client",
  role: "client",
  state: "open",
  epoch: "e1",
  rights: { "client.reference": "write" },
};
const closing: (() => void)[] = [];

async function opened(orderId: string, userId = "anna") {
  const doc = new Y.Doc();
  const keeping = (await Keeping.open(userId, orderId, doc)) as Keeping;
  const connection = new OrderConnection({
    orderId,
    doc,
    url: "ws://example.test/ws/orders",
    socket: DeadSocket as unknown as typeof WebSocket,
    kept: keeping.kept,
    now: () => 5,
  });
  keeping.follow(connection);
  const close = () => {
    keeping.close();
    connection.destroy();
  };
  closing.push(close);
  const write = (value: string) => doc.getMap("client").set("reference", value);
  return { doc, keeping, connection, write, close, reference: () => doc.getMap("client").get("reference") };
}

/** Waits, however long it takes, until what signals say is so. */
function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let stop: () => void = () => undefined;
    stop = effect(() => {
      if (!isSo()) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

/** Waits until nothing is being written, nor about to be by what was. */
async function settled(): Promise<void> {
  do {
    await until(() => writing.value === 0);
    await new Promise((resolve) => setTimeout(resolve));
  } while (writing.value > 0);
}

const rowsOf = async (orderId: string) => (await (await storeFor("anna"))?.pagesOf(orderId))?.updates.length;

beforeEach(() => {
  DeadSocket.urls.length = 0;
  room.value = "kept";
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

test("an order opens away from the network with its edits, its rights and its epoch", async () => {
  const before = await opened("o1");
  before.connection.hello.value = HELLO;
  before.connection.rights.value = HELLO.rights;
  before.write("BT-1");
  await settled();
  before.close();
  const after = await opened("o1");
  expect(after.reference()).toBe("BT-1");
  expect(after.connection.rights.value).toEqual(HELLO.rights);
  expect([after.connection.unsaved.value, after.connection.since.value]).toEqual([1, 5]);
  expect(after.connection.saved.value).toBe("offline");
  after.connection.connect();
  expect(DeadSocket.urls).toEqual(["ws://example.test/ws/orders/o1?protocol=1&epoch=e1"]);
});

test("an edit is on its way to the device when the key returns, or after its frame where a server has it", async () => {
  const { connection, write } = await opened("o1-away");
  const append = vi.spyOn(Store.prototype, "append");
  write("BT-1");
  expect(append).toHaveBeenCalledTimes(1);
  connection.status.value = { kind: "live" };
  write("BT-2");
  expect(append).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(append).toHaveBeenCalledTimes(2));
  append.mockRestore();
});

/** As it comes from the server. */
function comes(doc: Y.Doc, quantity: string): void {
  const there = new Y.Doc();
  Y.applyUpdate(there, Y.encodeStateAsUpdate(doc));
  there.getMap("supplier").set("lines/a/quantity", quantity);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(there));
}

test("what comes from the server is kept by the tab that looks after the copy", async () => {
  const before = await opened("o-comes");
  comes(before.doc, "8");
  await settled();
  before.close();
  const after = await opened("o-comes");
  expect(after.doc.getMap("supplier").get("lines/a/quantity")).toBe("8");
  expect(after.connection.unsaved.value).toBe(0);
});

test("a tab that does not look after the copy keeps what came to it with its next edit, and nothing before", async () => {
  const locks = { request: () => new Promise(() => undefined), query: async () => ({ held: [] }) };
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  const { doc, keeping, write, close } = await opened("o-second");
  comes(doc, "8");
  await settled();
  expect(await rowsOf("o-second")).toBe(0);
  write("BT-1");
  await settled();
  expect((await keeping.standing())?.id).toBe("o-second");
  close();
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  const after = await opened("o-second");
  expect([after.reference(), after.doc.getMap("supplier").get("lines/a/quantity")]).toEqual(["BT-1", "8"]);
  expect(after.connection.unsaved.value).toBe(1);
});

test("another person of this device, and another order, find nothing", async () => {
  const anna = await opened("o2");
  anna.write("BT-1");
  await settled();
  expect((await opened("o2", "eve")).doc.getMap("client").size).toBe(0);
  expect((await opened("o3")).doc.getMap("client").size).toBe(0);
});

test("a forgotten copy is gone", async () => {
  const before = await opened("o4");
  before.write("BT-1");
  await settled();
  await before.keeping.forget();
  const after = await opened("o4");
  expect(after.doc.getMap("client").size).toBe(0);
  expect(after.connection.unsaved.value).toBe(0);
});

test("what was refused stays on the device until it is read", async () => {
  const before = await opened("o5");
  const refusal = { id: "r", cell: "client/reference", code: "late", message: "…", tried: "x", kept: "y" };
  before.connection.refusals.value = [refusal];
  await settled();
  before.close();
  expect((await opened("o5")).connection.refusals.value).toEqual([refusal]);
});

test("two tabs away from the network show each other's work, and count each edit once", async () => {
  const one = await opened("o6");
  const two = await opened("o6");
  one.connection.stayAway();
  two.connection.stayAway();
  one.write("BT-1");
  await until(() => two.connection.unsaved.value === 1);
  expect(two.reference()).toBe("BT-1");
  two.doc.getMap("client").set("lines/a/quantity", "3");
  await until(() => one.connection.unsaved.value === 2);
  expect(two.connection.unsaved.value).toBe(2);
  await settled();
  expect(await (await storeFor("anna"))?.editsOf("o6")).toHaveLength(2);
  expect(new Set([one.doc.clientID, two.doc.clientID]).size).toBe(2);
});

test("what one tab hears is saved is saved for the other, and forgotten on the device", async () => {
  const one = await opened("o7");
  const two = await opened("o7");
  one.connection.stayAway();
  two.connection.stayAway();
  one.write("BT-1");
  await until(() => two.connection.unsaved.value === 1);
  one.keeping.saved(one.connection.edits.value.map(({ id }) => id));
  await until(() => two.connection.unsaved.value === 0);
  await settled();
  expect(await (await storeFor("anna"))?.editsOf("o7")).toHaveLength(0);
});

test("an edit that a device could not forget when it was saved is forgotten a moment later", async () => {
  const { connection, keeping, write } = await opened("o7b");
  connection.stayAway();
  write("BT-1");
  await settled();
  const failing = vi.spyOn(Store.prototype, "settle").mockRejectedValueOnce(new Error("aborted"));
  keeping.saved(connection.edits.value.map(({ id }) => id));
  await vi.waitFor(async () => expect(await (await storeFor("anna"))?.editsOf("o7b")).toHaveLength(0));
  expect(failing).toHaveBeenCalledTimes(2);
});

test("a full device says so, and keeps everything once there is room", async () => {
  const before = await opened("o8");
  await settled();
  const full = vi
    .spyOn(Store.prototype, "append")
    .mockRejectedValue(new DOMException("full", "QuotaExceededError"));
  before.write("BT-1");
  await settled();
  expect(room.value).toBe("full");
  full.mockRestore();
  before.doc.getMap("client").set("lines/a/quantity", "3");
  await settled();
  expect(room.value).toBe("kept");
  before.close();
  const after = await opened("o8");
  expect(after.reference()).toBe("BT-1");
  expect(after.connection.unsaved.value).toBe(2);
});

test("a full device goes on saying so while an edit lies nowhere, though something smaller found room", async () => {
  const { connection, write } = await opened("o8-small");
  await settled();
  const full = vi
    .spyOn(Store.prototype, "append")
    .mockRejectedValue(new DOMException("full", "QuotaExceededError"));
  write("BT-1");
  await settled();
  connection.refusals.value = [];
  await settled();
  expect(room.value).toBe("full");
  full.mockRestore();
});

test("an edit that found no room is kept with the next thing that finds some", async () => {
  const before = await opened("o8-next");
  await settled();
  vi.spyOn(Store.prototype, "append").mockRejectedValueOnce(new DOMException("full", "QuotaExceededError"));
  before.write("BT-1");
  before.doc.getMap("client").set("lines/a/quantity", "3");
  await settled();
  expect(room.value).toBe("kept");
  before.close();
  const after = await opened("o8-next");
  expect([after.reference(), after.doc.getMap("client").get("lines/a/quantity")]).toEqual(["BT-1", "3"]);
  expect(after.connection.unsaved.value).toBe(2);
});

test("a copy that this device cannot read any more keeps nobody from the order, and what is unsent in it counted", async () => {
  const before = await opened("o-damaged");
  before.write("BT-1");
  await settled();
  before.close();
  await (await storeFor("anna"))?.append("o-damaged", Uint8Array.of(1, 1, 9));
  expect(await Keeping.open("anna", "o-damaged", new Y.Doc())).toBeNull();
  expect(room.value).toBe("none");
  expect((await unsentOrders("anna")).find(({ id }) => id === "o-damaged")?.count).toBe(1);
});

test("a copy that cannot be read is let go where nothing in it is unsent", async () => {
  await (await storeFor("anna"))?.append("o-damaged-idle", Uint8Array.of(1, 1, 9));
  const { write, close } = await opened("o-damaged-idle");
  write("BT-1");
  await settled();
  close();
  expect((await opened("o-damaged-idle")).reference()).toBe("BT-1");
});

test("many small updates become one, and say the same", async () => {
  const before = await opened("o9");
  const made = signal(0);
  const compact = Store.prototype.compact;
  vi.spyOn(Store.prototype, "compact").mockImplementation(async function (this: Store, ...all) {
    await compact.apply(this, all);
    made.value += 1;
  });
  for (let count = 0; count < 250; count += 1) before.write(`BT-${count}`);
  await until(() => made.value > 0);
  await settled();
  expect(await rowsOf("o9")).toBeLessThan(200);
  before.close();
  const after = await opened("o9");
  expect(after.reference()).toBe("BT-249");
  expect(after.connection.unsaved.value).toBe(250);
});

test("an edit that the server had saved before it lay here does not lie here unsaved", async () => {
  const { keeping, connection, write } = await opened("o-quick");
  connection.status.value = { kind: "live" };
  write("BT-1");
  keeping.saved(connection.edits.peek().map(({ id }) => id));
  await settled();
  const store = await storeFor("anna");
  expect(await store?.editsOf("o-quick")).toEqual([]);
  expect(await rowsOf("o-quick")).toBeGreaterThan(0);
});

/** An order open on the screen that found no store. */
function unkept(orderId: string, epoch = "e1") {
  const doc = new Y.Doc();
  const socket = DeadSocket as unknown as typeof WebSocket;
  const connection = new OrderConnection({ orderId, doc, url: "ws://example.test/ws/orders", socket });
  connection.hello.value = { ...HELLO, epoch };
  closing.push(() => connection.destroy());
  return { doc, connection };
}

test("an order that is open is kept by a store that came late, and what lay there unsent is sent with it", async () => {
  const before = await opened("late");
  before.connection.hello.value = HELLO;
  before.write("BT-1");
  await settled();
  before.close();
  const { doc, connection } = unkept("late");
  doc.getMap("client").set("requested_date", "2026-12-12");
  const keeping = (await Keeping.adopt("anna", connection)) as Keeping;
  closing.push(() => keeping.close());
  expect(doc.getMap("client").get("reference")).toBe("BT-1");
  expect(connection.edits.value.flatMap(({ cells }) => cells)).toEqual([
    "client/requested_date",
    "client/reference",
  ]);
  doc.getMap("client").set("contact", "c");
  await settled();
  keeping.close();
  const again = await opened("late");
  expect(again.doc.getMap("client").toJSON()).toEqual({
    contact: "c",
    reference: "BT-1",
    requested_date: "2026-12-12",
  });
  expect(again.connection.unsaved.value).toBe(3);
});

test("an order that is open is never merged with a copy of another epoch, nor with a signature that waits", async () => {
  const before = await opened("other");
  before.connection.hello.value = HELLO;
  before.write("BT-1");
  await settled();
  before.close();
  const { doc, connection } = unkept("other", "e2");
  expect(await Keeping.adopt("anna", connection)).toBeNull();
  expect([doc.getMap("client").size, connection.keeper]).toEqual([0, null]);
  const store = (await storeFor("anna")) as Store;
  await store.change("other", {
    signature: { mode: "accept", digest: "d", total: "1", at: 1, refused: null } as never,
  });
  connection.hello.value = HELLO;
  expect(await Keeping.adopt("anna", connection)).toBeNull();
});
