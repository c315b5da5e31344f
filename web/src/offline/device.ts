import { signal } from "@preact/signals";
import { openDatabase, removeDatabase } from "./database";
import { Store } from "./store";

/** What this device can keep. `full`: no room is left; `none`: this browser keeps nothing. */
export type Room = "kept" | "full" | "none";

export const room = signal<Room>("kept");
/** Counts what changed of the unsent work, in this tab or another, so that lists read it again. */
export const changes = signal(0);
/** Edits that are not even on this device yet. */
export const writing = signal(0);

// A browser whose storage neither opens nor fails must not keep a page from opening.
const PATIENCE_MS = 2000;
const OPENED = new Map<string, Promise<Store | null>>();

/** The store of a person; null where this browser keeps nothing. */
export function storeFor(userId: string): Promise<Store | null> {
  const known = OPENED.get(userId);
  if (known) return known;
  const opening = open(userId);
  OPENED.set(userId, opening);
  return opening;
}

async function open(userId: string): Promise<Store | null> {
  if (typeof indexedDB === "undefined" || userId === "") return none();
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  try {
    const database = await Promise.race([openDatabase(userId), late]);
    return database ? new Store(database) : none();
  } catch {
    return none();
  }
}

function none(): null {
  room.value = "none";
  return null;
}

/** Removes everything of a person from this device. */
export async function removeAll(userId: string): Promise<void> {
  const store = await storeFor(userId);
  OPENED.delete(userId);
  await store?.clear().catch(() => undefined);
  store?.close();
  // Another tab may still hold it open: it is empty by now, and goes when that tab lets go.
  void removeDatabase(userId).catch(() => undefined);
  room.value = "kept";
}

/** Runs a write; a device without room is noted before the work is lost, and noted again when there is room. */
export async function kept(write: Promise<void>): Promise<boolean> {
  // An effect that keeps something must not follow this count, or it would never end.
  writing.value = writing.peek() + 1;
  try {
    await write;
    if (room.value === "full") room.value = "kept";
    return true;
  } catch (cause) {
    room.value = isFull(cause) ? "full" : "none";
    return false;
  } finally {
    writing.value -= 1;
  }
}

export function isFull(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "QuotaExceededError";
}

let asked = false;

/** Asks the browser, once, not to clear this device's copies when it wants room. */
export function askToPersist(): void {
  if (asked || typeof navigator === "undefined" || !navigator.storage?.persist) return;
  asked = true;
  void navigator.storage.persist().catch(() => false);
}
