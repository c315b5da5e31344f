import { signal } from "@preact/signals";
import { kept, storeFor } from "./device";

/** Answers of the API that lie on this device: read where the network is gone, and marked with their time. */

const KEPT =
  /^\/api\/(me|rights|company|team|orders|orders\/counts|clients|suppliers|products)(\/[0-9a-f]{32})?$/;
const SEARCHED = /^\/api\/(clients|suppliers|products)$/;
const SEARCHED_FACTS = ["name", "name_fr", "name_en", "code", "number", "city"];
const NOT_SEARCHED = new Set(["q", "after", "limit"]);

/** When the oldest answer in sight is from (ms); null while answers come from the server. */
export const asOf = signal<number | null>(null);

/** Whether an answer may lie on this device: lists, files and catalogues; never a token, a mail or an invitation. */
export function isKept(path: string): boolean {
  return KEPT.test(path.split("?")[0] ?? "");
}

/** Keeps an answer of the server. */
export async function keepAnswer(userId: string, path: string, body: unknown): Promise<void> {
  asOf.value = null;
  if (!isKept(path)) return;
  const store = await storeFor(userId);
  if (store) await kept(store.keepAnswer({ path, at: Date.now(), body }));
}

/** What this device has for a path; a search is made in the whole list, where that lies here. Undefined for nothing. */
export async function recallAnswer(userId: string, path: string): Promise<unknown> {
  if (!isKept(path)) return undefined;
  const store = await storeFor(userId);
  const { searchParams } = new URL(path, "http://x");
  const whole = searchParams.has("after") ? undefined : await store?.answer(wholeOf(path));
  const found = whole ?? (await store?.answer(path));
  if (!found) return undefined;
  asOf.value = Math.min(asOf.value ?? found.at, found.at);
  const isSearched = whole !== undefined && SEARCHED.test(path.split("?")[0] ?? "");
  return isSearched ? searched(found.body, searchParams.get("q") ?? "") : found.body;
}

/** The path of the whole list that a search goes through. */
export function wholeOf(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://x");
  if (!SEARCHED.test(pathname)) return path;
  const left = [...searchParams].filter(([name]) => !NOT_SEARCHED.has(name));
  return `${pathname}?${new URLSearchParams([...left, ["whole", "1"]])}`;
}

function searched(body: unknown, q: string): unknown {
  const { items } = body as { items: Record<string, unknown>[] };
  const words = folded(q).split(/\s+/).filter(Boolean);
  const says = (item: Record<string, unknown>, word: string) =>
    SEARCHED_FACTS.some((fact) => folded(String(item[fact] ?? "")).includes(word));
  return { items: items.filter((item) => words.every((word) => says(item, word))), next: null };
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
