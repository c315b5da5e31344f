// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changes, clearings, removeAll, storeFor } from "./device";
import { followMark, forgotten, readMark, removeMark } from "./mark";

const USER = "u1";
let stop: () => void;

async function edited(id = "o1", name = "2026-0001"): Promise<void> {
  const store = await storeFor(USER);
  await store?.change(id, { name, opened: 1 });
  await store?.append(id, new Uint8Array([0, 0]), { id: `${id}-e1`, at: 5, cells: [] });
  changes.value += 1;
  await vi.waitFor(() => expect(readMark(USER)?.orders).toContainEqual(expect.objectContaining({ id })));
}

beforeEach(async () => {
  stop = await followMark(USER);
});

afterEach(async () => {
  stop();
  await removeAll(USER);
  removeMark(USER);
});

test("what is unsent is marked outside of the copies, and no longer once it is sent", async () => {
  await edited();
  expect(readMark(USER)).toMatchObject({ count: 1, since: 5, orders: [{ id: "o1", name: "2026-0001" }] });
  await (await storeFor(USER))?.settle(["o1-e1"]);
  changes.value += 1;
  await vi.waitFor(() => expect(readMark(USER)).toBeNull());
});

test("copies of last time are found again, whatever the mark says", async () => {
  await edited();
  stop();
  await (await storeFor(USER))?.settle(["o1-e1"]);
  stop = await followMark(USER);
  expect(forgotten.value).toBeNull();
});

test("copies that were cleared are told, until their owner has read it", async () => {
  await edited();
  stop();
  await removeAll(USER);
  stop = await followMark(USER);
  expect(forgotten.value).toMatchObject({ count: 1, orders: [{ id: "o1", name: "2026-0001" }] });
  expect(readMark(USER)).not.toBeNull();
  forgotten.value = null;
  expect(readMark(USER)).toBeNull();
});

test("what was in copies that were cleared under an open page, and is not written anew, is told", async () => {
  await edited("o2", "2026-0002");
  await edited();
  await removeAll(USER);
  clearings.value += 1;
  await edited("o2", "2026-0002");
  const told = { count: 1, orders: [{ id: "o1", name: "2026-0001" }] };
  await vi.waitFor(() => expect(forgotten.value).toMatchObject(told), { timeout: 30_000 });
}, 40_000);
