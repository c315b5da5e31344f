import { nounAt, REGISTERS } from "../order/cells";
import type { Content, Root, Side } from "../order/order";

/** What happened to an order while one was away from it, from how it looked before the first synchronisation and after. */

/** One cell: its address, what one saw, and what stands. */
export interface Difference {
  readonly address: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What became of the order itself. `signed`: the other company has. `read_only`: one may no longer write. */
type Turn = "closed" | "agreed" | "amending" | "signed" | "read_only";

export interface Absence {
  /** What others changed; a line that they added is told by its product alone. */
  readonly theirs: readonly Difference[];
  /** One's own changes that took effect. */
  readonly mine: readonly Difference[];
  /** What one had written and somebody has since replaced, though it was not refused. */
  readonly replaced: readonly Difference[];
  readonly turns: readonly Turn[];
  /** Whether both touched one line: worth a look however short the absence was. */
  readonly isCrossed: boolean;
}

/** A copy of content as it looks now. */
export function snapshotOf(content: Content): Content {
  const copy = (root: Root) => new Map(root.entries());
  return {
    client: copy(content.client),
    supplier: copy(content.supplier),
    record: copy(content.record),
    comments: copy(content.comments),
    note: content.note,
  };
}

/**
 * `before`: with one's own edits, before the server's came. `mine`: the addresses one had changed. `refused`: those
 * that were not taken, which are told on their own.
 */
export function absenceOf(
  before: Content,
  after: Content,
  mine: ReadonlySet<string>,
  refused: ReadonlySet<string>,
  side: Side,
): Absence {
  const differing = addressesOf(before, after).filter((address) => !sameAt(before, after, address));
  const told = (address: string) => ({
    address,
    before: standingAt(before, address),
    after: standingAt(after, address),
  });
  const theirs = differing.filter((one) => !mine.has(one) && isTold(one) && !isPartOfNewLine(before, one));
  const kept = [...mine].filter((one) => isTold(one) && !refused.has(one));
  const replaced = kept.filter((one) => differing.includes(one) && one !== "note");
  const lines = new Set([...mine, ...refused].map(lineOf));
  return {
    theirs: theirs.map(told),
    mine: kept.filter((one) => !replaced.includes(one)).map(told),
    replaced: replaced.map(told),
    turns: turnsBetween(before, after, side),
    isCrossed: [...theirs, ...replaced].some((one) => lineOf(one) !== null && lines.has(lineOf(one))),
  };
}

export function isNothing({ theirs, mine, replaced, turns }: Absence): boolean {
  return theirs.length + mine.length + replaced.length + turns.length === 0;
}

/** The line of an address, or null for what is the whole order's. */
export function lineOf(address: string): string | null {
  return /^(?:client|supplier)\/lines\/([^/]+)\//.exec(address)?.[1] ?? null;
}

function turnsBetween(before: Content, after: Content, side: Side): Turn[] {
  const came = (key: string) => {
    const now = after.record.get(key);
    return now !== undefined && JSON.stringify(now) !== JSON.stringify(before.record.get(key));
  };
  const turns: Turn[] = [];
  if (came(`signatures/${side === "client" ? "supplier" : "client"}`)) turns.push("signed");
  if (came("agreed")) turns.push("agreed");
  if (came("amending")) turns.push("amending");
  if (came("closing")) turns.push("closed");
  return turns;
}

function addressesOf(...contents: Content[]): string[] {
  const found = new Set<string>(["note"]);
  for (const content of contents) {
    for (const root of [...REGISTERS, "comments"] as const) {
      for (const [key] of content[root].entries()) found.add(`${root}/${key}`);
    }
  }
  return [...found];
}

function sameAt(before: Content, after: Content, address: string): boolean {
  return JSON.stringify(valueAt(before, address)) === JSON.stringify(valueAt(after, address));
}

function valueAt(content: Content, address: string): unknown {
  if (address === "note") return content.note;
  const cut = address.indexOf("/");
  return content[address.slice(0, cut) as "client"].get(address.slice(cut + 1));
}

/** What stands where an offer is, or is not any more: the other company's value behind it. */
function standingAt(content: Content, address: string): unknown {
  const value = valueAt(content, address);
  if (value !== undefined || !address.startsWith("supplier/")) return value;
  return content.client.get(address.slice("supplier/".length));
}

function isTold(address: string): boolean {
  return nounAt(address) !== "position";
}

function isPartOfNewLine(before: Content, address: string): boolean {
  const line = lineOf(address);
  if (line === null || nounAt(address) === "product") return false;
  return !REGISTERS.some((register) => before[register].has(`lines/${line}/product`));
}
