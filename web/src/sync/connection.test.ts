// @vitest-environment happy-dom
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { OrderConnection, TAB } from "./connection";
import type { Hello } from "./notices";
import { frameKind } from "./socket";

/** A socket without a network: the test is the server. */
class FakeSocket {
  static readonly made: FakeSocket[] = [];
  readonly OPEN = 1;
  readyState = 0;
  binaryType = "";
  sent: Uint8Array[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: Uint8Array }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
    this.onclose?.({ code: 1006, reason: "" });
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  kinds(): string[] {
    return this.sent.map(frameKind).filter((kind) => kind !== "other");
  }

  notice(value: unknown): void {
    this.receive((encoder) => {
      writeVarUint(encoder, 64);
      writeVarString(encoder, JSON.stringify(value));
    });
  }

  sync(kind: number, payload: Uint8Array): void {
    this.receive((encoder) => {
      writeVarUint(encoder, 0);
      writeVarUint(encoder, kind);
      writeVarUint8Array(encoder, payload);
    });
  }

  /** The server's half of the handshake. */
  handshake(server: Y.Doc): void {
    this.sync(1, Y.encodeStateAsUpdate(server));
    this.sync(0, Y.encodeStateVector(server));
  }

  private receive(write: (encoder: ReturnType<typeof createEncoder>) => void): void {
    const encoder = createEncoder();
    write(encoder);
    this.onmessage?.({ data: toUint8Array(encoder) });
  }
}

const HELLO = {
  type: "hello",
  user: { id: "u1", name: "Anna" },
  side: "client",
  role: "client",
  state: "open",
  epoch: "e1",
  rights: { "client.reference": "write" },
};

describe("an order's connection", () => {
  let connection: OrderConnection;
  let server: Y.Doc;

  beforeEach(() => {
    FakeSocket.made.length = 0;
    server = new Y.Doc();
    server.getMap("record").set("number", "2026-0147");
    connection = new OrderConnection({
      orderId: "o1",
      url: "ws://example.test/ws/orders",
      socket: FakeSocket as unknown as typeof WebSocket,
      now: () => 7,
    });
    connection.connect();
  });

  afterEach(() => connection.destroy());

  const socket = () => FakeSocket.made.at(-1) as FakeSocket;
  const write = (value: string) => connection.doc.getMap("client").set("reference", value);

  test("it is saved when it is synchronised and nothing is left to commit", () => {
    expect(connection.saved.value).toBe("offline");
    socket().open();
    socket().handshake(server);
    expect(connection.status.value.kind).toBe("live");
    expect(connection.saved.value).toBe("saved");
    write("BT-1");
    expect([connection.saved.value, connection.unsaved.value, connection.since.value]).toEqual([
      "saving",
      1,
      7,
    ]);
    expect([...connection.unsavedCells.value]).toEqual(["client/reference"]);
    socket().notice({ type: "saved", through: 1 });
    expect(connection.saved.value).toBe("saving");
    socket().notice({ type: "saved", through: 2 });
    expect(connection.saved.value).toBe("saved");
  });

  test("what others write is never counted", () => {
    socket().open();
    socket().handshake(server);
    server.getMap("client").set("reference", "BT-9");
    socket().sync(2, Y.encodeStateAsUpdate(server));
    expect(connection.doc.getMap("client").get("reference")).toBe("BT-9");
    expect(connection.unsaved.value).toBe(0);
  });

  test("an edit made between opening and handshake travels once, in step 2", () => {
    write("before");
    socket().open();
    write("during");
    expect(socket().kinds()).toEqual(["step1"]);
    socket().handshake(server);
    expect(socket().kinds()).toEqual(["step1", "step2"]);
    expect(connection.unsaved.value).toBe(2);
    socket().notice({ type: "saved", through: 1 });
    expect(connection.saved.value).toBe("saved");
  });

  test("an update waits for the frame that shows it, under the number that it will have", () => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame"],
    });
    socket().open();
    socket().handshake(server);
    write("one");
    write("two");
    expect(socket().kinds()).toEqual(["step1", "step2"]);
    vi.advanceTimersToNextFrame();
    vi.advanceTimersByTime(1);
    expect(socket().kinds()).toEqual(["step1", "step2", "update", "update"]);
    socket().notice({ type: "saved", through: 2 });
    expect(connection.unsaved.value).toBe(1);
    socket().notice({ type: "saved", through: 3 });
    expect(connection.saved.value).toBe("saved");
    vi.useRealTimers();
  });

  test.each([
    ["something else is sent", () => socket().sync(0, Y.encodeStateVector(server)), ["update", "step2"]],
    ["the page goes", () => dispatchEvent(new Event("pagehide")), ["update"]],
    ["the order is left", () => connection.destroy(), ["update"]],
  ])("an update waits no longer when %s", (_when, happens, sent) => {
    socket().open();
    socket().handshake(server);
    write("one");
    expect(socket().kinds()).toEqual(["step1", "step2"]);
    happens();
    expect(socket().kinds()).toEqual(["step1", "step2", ...sent]);
  });

  test("a lost connection keeps the edits, and says it is offline", () => {
    socket().open();
    socket().handshake(server);
    write("kept");
    socket().onclose?.({ code: 1006, reason: "" });
    expect(connection.status.value).toEqual({ kind: "offline" });
    expect([connection.saved.value, connection.unsaved.value]).toEqual(["offline", 1]);
  });

  test("a connection that comes back counts its messages anew", () => {
    socket().open();
    socket().handshake(server);
    write("one");
    write("two");
    socket().onclose?.({ code: 1006, reason: "" });
    connection.connect();
    socket().open();
    socket().handshake(server);
    expect(socket().kinds()).toEqual(["step1", "step2"]);
    expect([connection.saved.value, connection.unsaved.value]).toEqual(["saving", 2]);
    socket().notice({ type: "saved", through: 1 });
    expect(connection.saved.value).toBe("saved");
  });

  test("a socket that does not open is given up and tried anew, one that is open is not", () => {
    vi.useFakeTimers();
    const again = new OrderConnection({
      orderId: "o2",
      url: "ws://example.test/ws/orders",
      socket: FakeSocket as unknown as typeof WebSocket,
    });
    again.connect();
    const hung = socket();
    vi.advanceTimersByTime(29_999);
    expect(socket()).toBe(hung);
    vi.advanceTimersByTime(5000);
    expect(socket()).not.toBe(hung);
    socket().open();
    vi.advanceTimersByTime(29_999);
    expect(socket().readyState).toBe(1);
    again.destroy();
    vi.useRealTimers();
  });

  test("a browser that says that the network is gone is believed at once, and the server looked for all the same", () => {
    const browser = new EventTarget();
    vi.stubGlobal("window", browser);
    for (const name of ["addEventListener", "removeEventListener"] as const)
      vi.stubGlobal(name, browser[name].bind(browser));
    const one = new OrderConnection({
      orderId: "o2",
      url: "ws://example.test/ws/orders",
      socket: FakeSocket as unknown as typeof WebSocket,
    });
    const made = FakeSocket.made.length;
    browser.dispatchEvent(new Event("offline"));
    expect(FakeSocket.made).toHaveLength(made);
    one.connect();
    socket().open();
    socket().handshake(server);
    browser.dispatchEvent(new Event("offline"));
    expect(one.status.value).toEqual({ kind: "offline" });
    expect(FakeSocket.made).toHaveLength(made + 2);
    one.destroy();
    browser.dispatchEvent(new Event("offline"));
    expect([FakeSocket.made.length, socket().readyState]).toEqual([made + 2, 3]);
    vi.unstubAllGlobals();
  });

  test("nothing is saved while something on the device is still to be written", () => {
    connection.owes.value = true;
    socket().open();
    socket().handshake(server);
    expect(connection.saved.value).toBe("saving");
    connection.owes.value = false;
    expect(connection.saved.value).toBe("saved");
  });

  test("what another tab made is sent from here too, and is saved when either hears of it", () => {
    const tab = new Y.Doc();
    tab.getMap("client").set("reference", "BT-1");
    const cells = ["client/reference"];
    const edits = [1, 2].map((at) => ({ id: `e${at}`, at, cells, message: null }));
    connection.learn(edits, Y.encodeStateAsUpdate(tab));
    expect([connection.unsaved.value, connection.since.value]).toEqual([2, 1]);
    expect(connection.doc.getMap("client").get("reference")).toBe("BT-1");
    connection.settle(["e1"]);
    expect(connection.unsaved.value).toBe(1);
    socket().open();
    socket().handshake(server);
    socket().notice({ type: "saved", through: 1 });
    expect(connection.saved.value).toBe("saved");
  });

  test("whoever keeps the order is told what is made here, what comes, and what is saved; not what he read", () => {
    const told: unknown[] = [];
    connection.keeper = {
      edited: ({ cells }) => told.push(["edited", ...cells]),
      received: () => told.push("received"),
      saved: (ids) => told.push(["saved", ids.length]),
    };
    const read = new Y.Doc();
    read.getMap("client").set("lines/a/quantity", "3");
    Y.applyUpdate(connection.doc, Y.encodeStateAsUpdate(read), TAB);
    expect(told).toEqual([]);
    socket().open();
    socket().handshake(server);
    write("BT-1");
    write("BT-2");
    socket().notice({ type: "saved", through: 2 });
    socket().notice({ type: "saved", through: 2 });
    expect(told).toEqual([
      "received",
      ["edited", "client/reference"],
      ["edited", "client/reference"],
      ["saved", 1],
    ]);
  });

  test("what the device knew stands before any server has answered", () => {
    const refusal = { id: "r", cell: "client/reference", code: "x", message: "…", tried: "a", kept: null };
    const edits = [{ id: "e1", at: 3, cells: ["client/reference"], message: 4 }];
    const again = new OrderConnection({
      orderId: "o2",
      url: "ws://example.test/ws/orders",
      socket: FakeSocket as unknown as typeof WebSocket,
      kept: { hello: HELLO as Hello, edits, refusals: [refusal] },
    });
    expect([again.side.value, again.rights.value]).toEqual(["client", HELLO.rights]);
    expect([again.refusals.value, again.since.value]).toEqual([[refusal], 3]);
    again.connect();
    expect(socket().url).toContain("epoch=e1");
    // Its message was one of another connection.
    socket().open();
    socket().notice({ type: "saved", through: 4 });
    expect(again.unsaved.value).toBe(1);
    again.destroy();
  });

  test("what is typed after the page let go is nobody's", () => {
    const { doc } = connection;
    connection.destroy();
    doc.getMap("client").set("reference", "BT-1");
    expect(connection.unsaved.value).toBe(0);
  });

  test("a close from 4400 on ends the session and says how", () => {
    socket().open();
    socket().onclose?.({ code: 4405, reason: "" });
    expect(connection.status.value).toEqual({ kind: "closed", code: 4405, ending: "epoch" });
  });

  test("the greeting gives side and rights, and binds later connections to the epoch", () => {
    socket().open();
    socket().notice(HELLO);
    expect(connection.side.value).toBe("client");
    expect(connection.rights.value["client.reference"]).toBe("write");
    socket().notice({ type: "rights", state: "agreed", rights: { "client.reference": "read" } });
    expect(connection.rights.value["client.reference"]).toBe("read");
  });

  test("a refusal is kept once, until it is dismissed", async () => {
    const asked: string[] = [];
    globalThis.fetch = (async (path: string) => {
      asked.push(path);
      return new Response(null, { status: 204 });
    }) as typeof fetch;
    const item = {
      id: "r1",
      cell: "client/reference",
      code: "too_long",
      message: "…",
      tried: "x",
      kept: null,
    };
    socket().open();
    socket().notice({ type: "refused", items: [item] });
    socket().notice({ type: "refused", items: [item] });
    expect(connection.refusals.value).toHaveLength(1);
    socket().notice({ type: "refused", items: [{ ...item, id: "r2" }] });
    expect(connection.refusals.value).toHaveLength(2);
    await connection.dismiss("r1");
    expect(connection.refusals.value.map(({ id }) => id)).toEqual(["r2"]);
    expect(asked).toEqual(["/api/orders/o1/refusals/r1"]);
    globalThis.fetch = async () => Promise.reject(new TypeError("no network"));
    await connection.dismiss("r2");
    expect(connection.refusals.value).toEqual([]);
  });

  test("others are told where one comes to rest, and those who look are not told of it themselves", () => {
    vi.useFakeTimers();
    const told: unknown[] = [];
    const seen = vi.fn();
    connection.awareness.on("update", () => told.push(connection.awareness.getLocalState()?.cell));
    connection.peers.subscribe(seen);
    for (const row of [1, 2, 3]) connection.moveTo(`lines/${row}/quantity`);
    expect(told).toEqual([]);
    vi.runOnlyPendingTimers();
    expect(told).toEqual(["lines/3/quantity"]);
    connection.moveTo("lines/3/quantity");
    vi.runOnlyPendingTimers();
    expect(told).toHaveLength(1);
    expect(seen).toHaveBeenCalledTimes(1); // as it begins
    vi.useRealTimers();
  });

  test("nothing is saved while the order cannot be written", () => {
    socket().open();
    socket().handshake(server);
    socket().notice({ type: "availability", available: false, message: "…" });
    expect(connection.saved.value).toBe("saving");
  });

  test("a notice of a later version is ignored", () => {
    socket().open();
    socket().notice({ type: "fireworks" });
    expect(connection.hello.value).toBeNull();
  });
});
