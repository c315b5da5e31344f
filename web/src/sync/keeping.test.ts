import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
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
  closing.push(() => {
    keeping.close();
    connection.destroy();
  });
  return { doc, keeping, connection };
}

beforeEach(() => {
  DeadSocket.urls.length = 0;
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** What was noted is in the store once something asked after it has come back. */
async function settled(keeping: Keeping): Promise<void> {
  await (keeping as unknown as { store: { get(key: string): Promise<unknown> } }).store.get("edits");
}

test("an order opens away from the network with its edits, its rights and its epoch", async () => {
  const before = await opened("o1");
  before.connection.hello.value = HELLO;
  before.connection.rights.value = HELLO.rights;
  before.doc.getMap("client").set("reference", "BT-1");
  await settled(before.keeping);
  const after = await opened("o1");
  expect(after.doc.getMap("client").get("reference")).toBe("BT-1");
  expect(after.connection.rights.value).toEqual(HELLO.rights);
  expect([after.connection.unsaved.value, after.connection.since.value]).toEqual([1, 5]);
  expect(after.connection.saved.value).toBe("offline");
  after.connection.connect();
  expect(DeadSocket.urls).toEqual(["ws://example.test/ws/orders/o1?epoch=e1"]);
});

test("another person of this device, and another order, find nothing", async () => {
  const anna = await opened("o2");
  anna.doc.getMap("client").set("reference", "BT-1");
  await settled(anna.keeping);
  expect((await opened("o2", "eve")).doc.getMap("client").size).toBe(0);
  expect((await opened("o3")).doc.getMap("client").size).toBe(0);
});

test("a forgotten copy is gone", async () => {
  const before = await opened("o4");
  before.doc.getMap("client").set("reference", "BT-1");
  await settled(before.keeping);
  await before.keeping.forget();
  const after = await opened("o4");
  expect(after.doc.getMap("client").size).toBe(0);
  expect(after.connection.unsaved.value).toBe(0);
});
