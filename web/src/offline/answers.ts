import { signal } from "@preact/signals";
import { kept, storeFor } from "./device";

/** Answers of the API that lie on this device: read where the network is gone, and marked with their time. */

const KEPT =
  /^\/api\/(me|rights|company|team|orders|orders\/counts|clients|suppliers|products|stock)(\/[0-9a-f]{32})?$/;
const SEARCHED = /^\/api\/(orders|clients|suppliers|products|stock)$/;
const SEARCHED_FACTS = ["name", "name_fr", "name_en", "code", "number", "city", "reference"];
const NARROWING = new Set(["q", "after", "limit", "status", "turn", "short"]);

/** When the oldest answer in sight is from (ms); null while answers come from the server. */
export const asOf = signal<number | null>(null);

/** Whether an answer may lie on this device: lists, files, catalogues and stock; never a token, a mail or an invitation. */
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

/** What this device has for a path, the same answer or the whole list searched anew. Undefined for nothing. */
export async function recallAnswer(userId: string, path: string): Promise<unknown> {
  if (!isKept(path)) return undefined;
  const store = await storeFor(userId);
  const { pathname, searchParams } = new URL(path, "http://x");
  const isList = SEARCHED.test(pathname) && !searchParams.has("after");
  const [exact, whole] = await Promise.all([
    store?.answer(path),
    isList ? store?.answer(wholeOf(path)) : undefined,
  ]);
  const isWhole = whole !== undefined && (exact === undefined || whole.at >= exact.at);
  const found = isWhole ? whole : exact;
  if (!found) return undefined;
  asOf.value = Math.min(asOf.value ?? found.at, found.at);
  return isWhole ? narrowed(found.body, searchParams) : found.body;
}

/** The path of the whole list that a search goes through. */
export function wholeOf(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://x");
  if (!SEARCHED.test(pathname)) return path;
  const left = [...searchParams].filter(([name]) => !NARROWING.has(name));
  return `${pathname}?${new URLSearchParams([...left, ["whole", "1"]])}`;
}

type Item = Readonly<Record<string, unknown>>;

function narrowed(body: unknown, query: URLSearchParams): unknown {
  const words = folded(query.get("q") ?? "")
    .split(/\s+/)
    .filter(Boolean);
  const status = query.get("status");
  const isMine = query.get("turn") === "mine";
  const isShort = query.get("short") === "true";
  const items = (body as { items: Item[] }).items.filter(
    (item) =>
      words.every((word) => says(item, word)) &&
      (status === null || item.status === status) &&
      (!isMine || item.turn === item.side) &&
      (!isShort || (item.free !== "" && Number(item.asked) > Number(item.free))),
  );
  return { items, next: null };
}

function says(item: Item, word: string): boolean {
  const party = (item.party as { name?: unknown } | undefined)?.name;
  return [...SEARCHED_FACTS.map((fact) => item[fact]), party].some((fact) =>
    folded(String(fact ?? "")).includes(word),
  );
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
