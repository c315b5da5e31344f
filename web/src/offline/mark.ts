import { effect, signal } from "@preact/signals";
import { changes, clearings, storeFor } from "./device";
import type { Store } from "./store";
import { type UnsentOrder, unsentOrders, waiting } from "./unsent";

/**
 * A mark of what is unsent, kept where a browser that clears this device's copies does not: in a cookie. So a person whose
 * copies are gone is told what was in them. Cookies are not part of the storage that browsers evict; one who clears them
 * too has asked to be forgotten.
 */

export interface Mark {
  /** Which database it speaks of: a new one has another name. */
  readonly database: string;
  readonly count: number;
  /** Since when (ms). */
  readonly since: number;
  /** Some of the orders; a cookie is small. */
  readonly orders: readonly { readonly id: string; readonly name: string; readonly count: number }[];
}

/** What this browser had and has no more, until its owner has read it. */
export const forgotten = signal<Mark | null>(null);

const NAMED = "named";
const ORDERS_LIMIT = 5;
const NAME_LIMIT = 40;
const KEPT_SECONDS = 400 * 86_400;

/** Looks whether the copies of a person are those of last time, and marks from now on what is unsent. */
export async function followMark(userId: string): Promise<() => void> {
  const store = await storeFor(userId);
  if (!store) return () => undefined;
  let database = await nameOf(store);
  const mark = readMark(userId);
  if (mark && mark.database !== database) forgotten.value = mark;
  const known = clearings.peek();
  let isTold = false;
  const stops = [
    effect(() => {
      changes.value;
      const isRead = forgotten.value === null;
      if (isTold && isRead) keep(userId, "", 0); // at once: the page may be loaded anew before the unsent is counted
      isTold = !isRead;
      void follow(userId, isRead ? database : null).catch(() => undefined);
    }),
    effect(() => {
      if (clearings.value === known) return;
      const before = readMark(userId);
      void renamed(userId, before).then((name) => {
        database = name ?? database;
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// What is open is written anew at once, and is not forgotten.
const ANEW_MS = 2000;

/** The copies were cleared while the page was open: names the new ones; what is not in them is told a moment later. */
async function renamed(userId: string, before: Mark | null): Promise<string | null> {
  const store = await storeFor(userId);
  if (!store) return null;
  const name = await nameOf(store);
  setTimeout(async () => {
    const here = new Set((await unsentOrders(userId)).map(({ id }) => id));
    const orders = before?.orders.filter(({ id }) => !here.has(id)) ?? [];
    const count = orders.reduce((sum, one) => sum + one.count, 0);
    if (before && count > 0) forgotten.value = { ...before, count, orders };
  }, ANEW_MS);
  return name;
}

/** Takes the mark away, with everything else of a person. */
export function removeMark(userId: string): void {
  forgotten.value = null;
  keep(userId, "", 0);
}

export function readMark(userId: string): Mark | null {
  const start = `${cookieOf(userId)}=`;
  const found = document.cookie.split("; ").find((one) => one.startsWith(start));
  try {
    return found ? (JSON.parse(decodeURIComponent(found.slice(start.length))) as Mark) : null;
  } catch {
    return null;
  }
}

/** Counts what is unsent, and marks it; not while a mark of lost copies (`database`: null) is still to be read. */
async function follow(userId: string, database: string | null): Promise<void> {
  const unsent = await unsentOrders(userId);
  waiting.value = unsent.length;
  if (database !== null) writeMark(userId, database, unsent);
}

function writeMark(userId: string, database: string, unsent: readonly UnsentOrder[]): void {
  const count = unsent.reduce((sum, one) => sum + Math.max(1, one.count), 0);
  if (count === 0) {
    keep(userId, "", 0);
    return;
  }
  const orders = unsent
    .slice(0, ORDERS_LIMIT)
    .map((one) => ({ id: one.id, name: one.name.slice(0, NAME_LIMIT), count: Math.max(1, one.count) }));
  const mark: Mark = { database, count, since: unsent[0]?.since ?? Date.now(), orders };
  keep(userId, encodeURIComponent(JSON.stringify(mark)), KEPT_SECONDS);
}

function keep(userId: string, value: string, seconds: number): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in the browsers that are served
  document.cookie = `${cookieOf(userId)}=${value}; Path=/; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

function cookieOf(userId: string): string {
  return `unsent-${userId}`;
}

/** The name that a database was given when it was new. */
async function nameOf(store: Store): Promise<string> {
  const known = (await store.answer(NAMED))?.body;
  if (typeof known === "string") return known;
  const name = crypto.getRandomValues(new Uint32Array(2)).join("-");
  await store.keepAnswer({ path: NAMED, at: Date.now(), body: name });
  return name;
}
