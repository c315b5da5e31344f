import { lineKey, parse, REGISTERS, type Register, type ValueKind } from "../../order/cells";
import type { LineChange } from "../../order/colour";
import { type Content, contentOf, effective, linesOf, productOf } from "../../order/order";
import { type Change, changesBetween, entryOf, signedTerms, type Terms } from "../../order/terms";
import { totalsOf } from "../../order/totals";
import { same } from "../../order/values";
import { lineProduct } from "../product";

/** What a signature would cover that the reader's last one did not: the differences, line by line. */

export interface Difference {
  /** The cell without its register, `lines/7f3a/quantity`; of a whole line, `lines/7f3a`. */
  readonly key: string;
  readonly noun: string;
  readonly point: string | null;
  readonly kind: ValueKind;
  readonly before: unknown;
  readonly after: unknown;
  /** The company of which only the own word changed, and not what stands; null where that did. */
  readonly only: Register | null;
}

export interface LineDifferences {
  /** Null: of the order itself. */
  readonly line: string | null;
  readonly mark: LineChange | null;
  readonly differences: readonly Difference[];
}

/** Differences grouped by line, the order's own first, lines in the order of the sheet. */
export function reviewOf(
  content: Content,
  signed: Terms,
  changes: ReadonlyMap<string, Change>,
  marks: ReadonlyMap<string, LineChange>,
): LineDifferences[] {
  const byLine = new Map<string | null, Map<string, Difference>>();
  for (const change of changes.values()) {
    const line = lineOf(change);
    const group = byLine.get(line) ?? new Map<string, Difference>();
    byLine.set(line, group);
    if (line === null || !isWhole(marks.get(line))) addDifference(group, content, signed, change);
  }
  const standing = linesOf(content);
  const known = new Set<string | null>([null, ...standing]);
  const gone = [...byLine.keys()].filter((line) => !known.has(line));
  return [null, ...standing, ...gone]
    .filter((line) => byLine.has(line))
    .map((line) => {
      const mark = line === null ? null : (marks.get(line) ?? null);
      return { line, mark, differences: inOrder(content, line, [...(byLine.get(line)?.values() ?? [])]) };
    })
    .filter(({ mark, differences }) => isWhole(mark ?? undefined) || differences.length > 0);
}

const NOUNS = [
  "dimensions",
  "characteristics",
  "quantity",
  "unit_price",
  "discount",
  "requested_date",
  "promised_date",
  "backorder_quantity",
  "backorder_date",
];

/** As the sheet shows them: the noun's place, then the product's own order of points and dimensions. */
function inOrder(content: Content, line: string | null, differences: readonly Difference[]): Difference[] {
  const product = line === null ? null : lineProduct(content, line);
  const points = [...(product?.points ?? []), ...(product?.dimensions ?? []).map(({ key }) => key)];
  const place = ({ noun, point }: Difference) => {
    const at = NOUNS.indexOf(noun);
    return (at < 0 ? NOUNS.length : at) * 1000 + points.indexOf(point ?? "");
  };
  return [...differences].sort((a, b) => place(a) - place(b));
}

/** How many changes a person counts: a line that came or went is one. */
export function countOf(groups: readonly LineDifferences[]): number {
  return groups.reduce(
    (sum, { mark, differences }) => sum + (isWhole(mark ?? undefined) ? 1 : differences.length),
    0,
  );
}

/** Whether a line came or went as a whole, so that its cells are not told one by one. */
export function isWhole(mark: LineChange | undefined): boolean {
  return (
    mark === "added" ||
    mark === "removed" ||
    mark === "withdrawn" ||
    mark === "rejected" ||
    mark === "restored"
  );
}

function lineOf(change: Change): string | null {
  if (change.root === "products" || change.root === "substitutes") return change.key;
  if (change.root !== "client" && change.root !== "supplier") return null;
  return parse(change.root, change.key)?.line ?? null;
}

function addDifference(
  group: Map<string, Difference>,
  content: Content,
  signed: Terms,
  change: Change,
): void {
  if (change.root !== "client" && change.root !== "supplier") {
    const { before, after } = change;
    const key = keyOf(change);
    const noun = key.split("/").at(-1) ?? key;
    // A product may be another one under the name that its cell gives; where the cell gives another, that tells both.
    if (!group.has(key)) group.set(key, { key, noun, point: null, kind: "text", before, after, only: null });
    return;
  }
  const cell = parse(change.root, change.key);
  if (!cell) return;
  const { key, noun, point } = cell;
  const before = entryOf(signed.supplier, key) ?? entryOf(signed.client, key);
  const after = effective(content, key);
  const only = same(before, after) ? change.root : null;
  if (only && group.has(key)) return; // what is asked is told before the offer that meets what was asked
  const shown = only ? { before: change.before, after: change.after } : { before, after };
  group.set(key, { key, noun, point, kind: cell.field.value, ...shown, only });
}

/** What came into the terms after they were read. */
export interface News {
  /** The keys of what differs: `lines/7f3a/quantity`, `freight`, `parties`. */
  readonly keys: ReadonlySet<string>;
  readonly lines: ReadonlySet<string>;
  /** The products of lines that are no more, by line. */
  readonly gone: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What came between two states of the terms, each the text that a signature covers. */
export function newsOf(read: string, standing: string): News {
  if (read === standing) return { keys: new Set(), lines: new Set(), gone: new Map() };
  const [before, after] = [read, standing].map((terms) => signedTerms({ terms })) as [Terms, Terms];
  const changes = changesBetween(before, after);
  const lines = new Set(changes.map(lineOf).filter((line) => line !== null));
  const gone = changes.filter(({ root, after }) => root === "products" && after === null);
  return {
    keys: new Set(changes.map(keyOf)),
    lines,
    gone: new Map(gone.map(({ key, before }) => [key, before as Readonly<Record<string, string>>])),
  };
}

function keyOf({ root, key }: Change): string {
  if (root === "client" || root === "supplier") return key;
  if (root === "products") return lineKey(key, "product");
  return root === "substitutes" ? lineKey(key, "substitute") : root;
}

/** News of which the differences from what one signed tell nothing: there, what one signed stands again. */
export function backAsSigned(news: News, groups: readonly LineDifferences[]): string[] {
  const told = new Set(groups.flatMap(({ differences }) => differences.map(({ key }) => key)));
  const whole = new Set(groups.filter(({ mark }) => isWhole(mark ?? undefined)).map(({ line }) => line));
  return [...news.keys].filter((key) => !told.has(key) && !whole.has(lineIn(key)));
}

function lineIn(key: string): string | null {
  return /^lines\/([^/]+)\//.exec(key)?.[1] ?? null;
}

/** What the order amounted to when it was signed. */
export function signedTotal(signed: Terms, content: Content): string {
  return totalsOf(contentOfTerms(signed, content)).total;
}

/** Terms as content again: a signature spells flags as text. */
export function contentOfTerms(signed: Terms, content: Content): Content {
  const register = (cells: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(cells).map(([key, value]) => [key, value === "true" ? true : value]));
  const under = (name: string, facts: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(Object.entries(facts).map(([key, value]) => [`${name}/${key}`, value]));
  return contentOf({
    client: register(signed.client),
    supplier: register(signed.supplier),
    record: {
      made_at: content.record.get("made_at"),
      ...under("products", signed.products),
      ...under("substitutes", signed.substitutes),
      ...under("parties", signed.parties),
    },
  });
}

/** Lines that count: not withdrawn before anyone saw them. */
export function linesWithProduct(content: Content, lines: readonly string[]): string[] {
  return lines.filter((line) => productOf(content, line) !== null);
}

/** The addresses under which the history may tell who changed a key. */
export function addressesOf(key: string): string[] {
  return REGISTERS.map((register) => `${register}/${key}`);
}
