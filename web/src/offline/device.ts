import { signal } from "@preact/signals";
import { openDatabase, removeDatabase } from "./database";
import { Store } from "./store";

/**
 * What this device can keep. `full`: no room is left; `none`: this browser keeps nothing; `cleared`: it kept something,
 * and took it away while the page was open.
 */
export type Room = "kept" | "full" | "none" | "cleared";

export const room = signal<Room>("kept");
/** Counts how often this browser cleared its copies under this page, so that whoever keeps something keeps it anew. */
export const clearings = signal(0);
/** Whether, after that, what is open is kept again; until its owner has read it. */
export const isKeptAgain = signal(false);
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
  // A browser that is clearing its copies opens none meanwhile, and may a moment later.
  void opening.then((store) => {
    if (store === null && room.peek() === "cleared") OPENED.delete(userId);
  });
  return opening;
}

async function open(userId: string): Promise<Store | null> {
  if (typeof indexedDB === "undefined" || userId === "") return none();
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  try {
    const database = await Promise.race([openDatabase(userId, () => cleared(userId)), late]);
    return database ? new Store(database) : none();
  } catch {
    return none();
  }
}

function cleared(userId: string): void {
  OPENED.delete(userId);
  room.value = "cleared";
  clearings.value += 1;
}

/** Says that nothing is kept here, at least of what is open. */
export function none(): null {
  room.value = unkept();
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
    if (room.value === "full" || room.value === "cleared") {
      isKeptAgain.value = room.value === "cleared";
      room.value = "kept";
    }
    return true;
  } catch (cause) {
    room.value = isFull(cause) ? "full" : unkept();
    return false;
  } finally {
    writing.value -= 1;
  }
}

/** One whose copies were cleared is told so, whatever fails afterwards. */
function unkept(): Room {
  return room.value === "cleared" ? "cleared" : "none";
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
