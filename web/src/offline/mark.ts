import { effect, signal } from "@preact/signals";
import { changes, storeFor } from "./device";
import type { Store } from "./store";
import { unsentOrders } from "./unsent";

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
  readonly orders: readonly { readonly id: string; readonly name: string }[];
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
  const database = await nameOf(store);
  const mark = readMark(userId);
  if (mark && mark.database !== database) forgotten.value = mark;
  return effect(() => {
    changes.value;
    if (forgotten.value === null) void writeMark(userId, database).catch(() => undefined);
  });
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

async function writeMark(userId: string, database: string): Promise<void> {
  const unsent = await unsentOrders(userId);
  const count = unsent.reduce((sum, one) => sum + Math.max(1, one.count), 0);
  if (count === 0) {
    keep(userId, "", 0);
    return;
  }
  const orders = unsent
    .slice(0, ORDERS_LIMIT)
    .map(({ id, name }) => ({ id, name: name.slice(0, NAME_LIMIT) }));
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
