import { signal } from "@preact/signals";
import { type Database, openDatabase, removeDatabase } from "./database";
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
/** Counts the stores that opened when nobody waited any more, so that whoever found none looks again. */
export const arrivals = signal(0);
/** Counts what changed of the unsent work, in this tab or another, so that lists read it again. */
export const changes = signal(0);
/** Edits that are not even on this device yet. */
export const writing = signal(0);

// A browser whose storage neither opens nor fails must not keep a page from opening.
const PATIENCE_MS = 2000;
const OPENED = new Map<string, Promise<Store | null>>();
/** Whose database the device refused to open when it was asked last. */
const REFUSED = new Set<string>();
/** What is open and keeps nothing here, since it found no store. */
const UNKEPT = new Set<symbol>();
let hasArrived = false;

/** The store of a person; null where this browser keeps nothing. One that would not open is asked for anew every time. */
export function storeFor(userId: string): Promise<Store | null> {
  const known = OPENED.get(userId);
  if (known) return known;
  const opening: Promise<Store | null> = open(userId, () => OPENED.get(userId) === opening);
  OPENED.set(userId, opening);
  // A browser that is clearing its copies opens none meanwhile, and may a moment later.
  void opening.then((store) => {
    if (store === null && room.peek() === "cleared") OPENED.delete(userId);
  });
  return opening;
}

/** `isWanted`: whether nobody signed out or asked anew meanwhile. */
async function open(userId: string, isWanted: () => boolean): Promise<Store | null> {
  if (typeof indexedDB === "undefined" || userId === "") return none();
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const refused = () => {
    if (!isWanted()) return;
    OPENED.delete(userId);
    REFUSED.add(userId);
  };
  try {
    const opening = openDatabase(userId, () => cleared(userId));
    const database = await Promise.race([opening, late]);
    if (database && REFUSED.delete(userId)) tellArrival();
    if (database) return new Store(database);
    void opening.then((found) => (isWanted() ? arrived(userId, found) : found.close()), refused);
  } catch {
    // As always in some private windows, and elsewhere once while the disk was busy.
    refused();
  }
  return none();
}

/**
 * A store that opened late serves what asks from now on, and what is open that can go on with the copy that lies there.
 * What cannot keeps nothing even so: what it has was not read from that copy, and need not be of the same epoch.
 */
function arrived(userId: string, database: Database): void {
  OPENED.set(userId, Promise.resolve(new Store(database)));
  REFUSED.delete(userId);
  tellArrival();
}

function tellArrival(): void {
  hasArrived = true;
  regain();
  arrivals.value += 1;
  changes.value += 1;
}

/** Notes that something is open that keeps nothing here. Gives the way to say that it is closed. */
export function goUnkept(): () => void {
  const one = Symbol("unkept");
  UNKEPT.add(one);
  return () => {
    UNKEPT.delete(one);
    regain();
  };
}

/** Once nothing is open that a late store does not keep, this device keeps everything. */
function regain(): void {
  if (!hasArrived || UNKEPT.size > 0) return;
  hasArrived = false;
  if (room.peek() === "none") room.value = "kept";
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
  REFUSED.delete(userId);
  await store?.clear().catch(() => undefined);
  store?.close();
  // Another tab may still hold it open: it is empty by now, and goes when that tab lets go.
  void removeDatabase(userId).catch(() => undefined);
  room.value = "kept";
}

/**
 * Runs a write. A device that does not take it is noted before the work is lost, and no longer once it takes another; but
 * while something is open that has no store, not all is kept.
 */
export async function kept(write: Promise<void>): Promise<boolean> {
  // An effect that keeps something must not follow this count, or it would never end.
  writing.value = writing.peek() + 1;
  try {
    await write;
    if (room.value !== "kept" && (room.value !== "none" || UNKEPT.size === 0)) {
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

function isFull(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "QuotaExceededError";
}

let asked = false;

/** Asks the browser, once, not to clear this device's copies when it wants room. */
export function askToPersist(): void {
  if (asked || typeof navigator === "undefined" || !navigator.storage?.persist) return;
  asked = true;
  void navigator.storage.persist().catch(() => false);
}
