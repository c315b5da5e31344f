// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Visit } from "../sync/visit";
import * as databases from "./database";
import { arrivals, changes, goUnkept, kept, removeAll, room, storeFor } from "./device";

const { openDatabase } = databases;
let open: () => Promise<void>;

/** A database that opens when the test lets it. */
beforeEach(() => {
  room.value = "kept";
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let letIn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  const opened: Promise<databases.Database>[] = [];
  vi.spyOn(databases, "openDatabase").mockImplementation((userId, cleared) => {
    const one = held.then(() => openDatabase(userId, cleared));
    opened.push(one);
    return one;
  });
  open = async () => {
    letIn();
    await Promise.all(opened);
  };
});

afterEach(() => {
  vi.useRealTimers();
});

async function late(userId: string): Promise<void> {
  const asked = storeFor(userId);
  await vi.advanceTimersByTimeAsync(2000);
  expect([await asked, room.value]).toEqual([null, "none"]);
}

test("a store that opens late is there for whoever asks from then on, and is told of", async () => {
  const before = [arrivals.value, changes.value];
  await late("late");
  expect(await storeFor("late")).toBeNull();
  await open();
  await vi.waitFor(() => expect(room.value).toBe("kept"));
  expect([arrivals.value, changes.value]).toEqual(before.map((count) => count + 1));
  const store = await storeFor("late");
  await store?.change("o1", { name: "2026-0001" });
  expect((await store?.order("o1"))?.name).toBe("2026-0001");
});

test("an order that was opened without it keeps nothing, which is said until it is closed", async () => {
  await late("open");
  const visit = await Visit.open("open", "o1");
  expect(visit.keeping).toBeNull();
  await open();
  await vi.waitFor(async () => expect(await storeFor("open")).not.toBeNull());
  expect(room.value).toBe("none");
  const other = await Visit.open("open", "o2");
  expect([other.keeping === null, room.value]).toEqual([false, "none"]);
  visit.close();
  expect(room.value).toBe("kept");
  other.close();
});

test("nobody has a store that opens after he signed out", async () => {
  await late("gone");
  await removeAll("gone");
  await open();
  const count = arrivals.value;
  await Promise.resolve();
  expect(arrivals.value).toBe(count);
  const anew = await storeFor("gone");
  expect(await anew?.orders()).toEqual([]);
});

test("a write that failed once is no word about those that follow it", async () => {
  expect(await kept(Promise.reject(new Error("a disk that hesitates")))).toBe(false);
  expect(room.value).toBe("none");
  const close = goUnkept();
  await kept(Promise.resolve());
  expect(room.value).toBe("none");
  close();
  await kept(Promise.resolve());
  expect(room.value).toBe("kept");
});

test("a browser that refuses late keeps nothing", async () => {
  const refusing = () =>
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error("refused")), 5000));
  vi.mocked(databases.openDatabase).mockImplementation(refusing);
  await late("never");
  await vi.advanceTimersByTimeAsync(5000);
  await late("never");
});

test("a device that refused once is asked again, and what is open is told of the store that it gives then", async () => {
  vi.mocked(databases.openDatabase).mockRejectedValueOnce(new Error("a disk that was busy"));
  expect([await storeFor("busy"), room.value]).toEqual([null, "none"]);
  const count = arrivals.value;
  await open();
  const store = await storeFor("busy");
  expect([await store?.orders(), room.value, arrivals.value]).toEqual([[], "kept", count + 1]);
  expect(await storeFor("busy")).toBe(store);
});
