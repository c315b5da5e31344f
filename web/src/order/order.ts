import { lineKey, type Register } from "./cells";
import type { Value } from "./values";

/** What an order's document holds: the twin of `schema/order.py`. */

/** The company a person or a bot acts for. */
export type Side = Register;
/** Where an order stands for the policy table. */
export type State = "draft" | "open" | "agreed" | "amending" | "closed";

/** One root: a `Map`, or the live `Y.Map` itself. */
export interface Root {
  get(key: string): unknown;
  has(key: string): boolean;
  entries(): IterableIterator<[string, unknown]>;
}

/** The roots of an order's document: key → value, and the note's text. */
export interface Content {
  readonly client: Root;
  readonly supplier: Root;
  readonly record: Root;
  readonly comments: Root;
  readonly note: string;
}

/** Product facts that the server copied into the record (all of them, as in the catalogue). */
export type Facts = Readonly<Record<string, unknown>>;

/** Content from plain JSON objects, as the golden examples and the API give it. */
export function contentOf(plain: Partial<Record<keyof Content, unknown>>): Content {
  const root = (name: keyof Content) => new Map<string, unknown>(Object.entries(plain[name] ?? {}));
  return {
    client: root("client"),
    supplier: root("supplier"),
    record: root("record"),
    comments: root("comments"),
    note: typeof plain.note === "string" ? plain.note : "",
  };
}

/** The company across the table. */
export function other(side: Side): Side {
  return side === "client" ? "supplier" : "client";
}

/** The ids of the lines, by position, then by id; a line is where either register names a product. */
export function linesOf(content: Content): string[] {
  const positions = new Map<string, string>();
  for (const register of [content.client, content.supplier]) {
    for (const [key, product] of register.entries()) {
      const line = product === null || product === undefined ? null : lineNamedBy(key);
      if (line !== null && !positions.has(line)) positions.set(line, positionOf(content, line));
    }
  }
  const order = ([a, at]: [string, string], [b, bt]: [string, string]) =>
    compareText(at, bt) || compareText(a, b);
  return [...positions.entries()].sort(order).map(([line]) => line);
}

function lineNamedBy(key: string): string | null {
  if (!key.startsWith("lines/") || !key.endsWith("/product")) return null;
  const line = key.slice(6, -8);
  return line === "" || line.includes("/") ? null : line;
}

/** Where a line stands on the sheet; a line that has no position yet stands last. */
export function positionOf(content: Content, line: string): string {
  const key = lineKey(line, "position");
  return ((content.client.get(key) || content.supplier.get(key)) as string | undefined) || "zzz";
}

/** Negative, zero or positive; by UTF-16 code units, never by locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What its amounts are in. */
export function currencyOf(content: Content): string {
  return (content.record.get("currency") as string | undefined) ?? "CAD";
}

/** What stands for a key: the supplier's where he has given one, else the client's; null for neither. */
export function effective(content: Content, key: string): Value {
  return content.supplier.get(key) ?? content.client.get(key) ?? null;
}

/** The catalogue id of a line's product. */
export function productOf(content: Content, line: string): string | null {
  return effective(content, lineKey(line, "product")) as string | null;
}

/** The product's facts that the server copied when the line appeared. */
export function factsOf(content: Content, line: string): Facts | null {
  return (content.record.get(`products/${line}`) as Facts | undefined) ?? null;
}

/** The facts of the substitute that the supplier offers on a line; null where he offers none. */
export function substituteFactsOf(content: Content, line: string): Facts | null {
  if (!content.supplier.get(lineKey(line, "substitute"))) return null;
  return (content.record.get(`substitutes/${line}`) as Facts | undefined) ?? null;
}

/** The facts of what a line delivers: of the substitute that is offered on it, else of the product that was asked. */
export function deliveredFactsOf(content: Content, line: string): Facts | null {
  return substituteFactsOf(content, line) ?? factsOf(content, line);
}

/** Whether the client has withdrawn the line or the supplier rejected it. */
export function isDropped(content: Content, line: string): boolean {
  return (
    content.client.get(lineKey(line, "withdrawn")) === true ||
    content.supplier.get(lineKey(line, "rejected")) === true
  );
}
