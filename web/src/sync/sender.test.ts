// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { storeFor } from "../offline/device";
import { sendUnsent } from "./sender";

/** A server that has no such order. */
class RefusingSocket {
  static readonly asked: string[] = [];
  readyState = 0;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(url: string) {
    RefusingSocket.asked.push(new URL(url).pathname);
    queueMicrotask(() => this.onclose?.({ code: 4404, reason: "" }));
  }

  send(): void {}
  close(): void {}
}

afterEach(() => vi.unstubAllGlobals());

test("what is unsent of one order is sent though another's copy cannot be read", async () => {
  vi.stubGlobal("WebSocket", RefusingSocket);
  const store = await storeFor("anna");
  const edit = (id: string) => ({ id, at: 5, cells: ["client/reference"] });
  await store?.append("a-damaged", Uint8Array.of(1, 1, 9), edit("e1"));
  await store?.append("b-sound", Y.encodeStateAsUpdate(new Y.Doc()), edit("e2"));
  await sendUnsent("anna");
  expect(RefusingSocket.asked).toEqual(["/ws/orders/b-sound"]);
});
