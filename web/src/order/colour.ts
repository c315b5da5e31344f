import { lineKey, parse, REGISTERS, type Register } from "./cells";
import { type Content, effective, productOf, type Side } from "./order";
import {
  type Change,
  changesBetween,
  entryOf,
  saysNothing,
  signatureOf,
  signedTerms,
  type Terms,
  termsOf,
} from "./terms";
import { canonical, same, type Value } from "./values";

/**
 * Which cells are coloured for a reader: those that differ from what his company last signed, and nothing else.
 * The twin of `schema/colour.py`.
 */

/** What happened to a line since the reader signed, in one word. */
export type LineChange = "removed" | "withdrawn" | "rejected" | "added" | "restored" | "product" | "changed";

export interface ChangedCells {
  /** By address, `client/lines/7f3a/quantity`, `products/7f3a`, `currency/`. */
  readonly cells: ReadonlyMap<string, Change>;
  /** By line id, only lines where something differs. */
  readonly lines: ReadonlyMap<string, LineChange>;
}

/** What a company gave or was given, at one moment. `value` is what stands: the offer where there is one. */
interface EffectiveValue {
  readonly asked: Value;
  readonly offered: Value;
  readonly value: Value;
}

/** One cell as the sheet shows it. `differs`: the two companies say different things. */
export interface EffectiveCell extends EffectiveValue {
  readonly differs: boolean;
  /** What the reader's company last signed, canonical; null where nothing differs, or it has never signed. */
  readonly changedFrom: EffectiveValue | null;
}

/** The terms that a company last signed; null when it has never signed. */
export function lastSigned(content: Content, reader: Side): Terms | null {
  const signature = signatureOf(content, reader);
  return signature ? signedTerms(signature) : null;
}

/** Everything that is coloured for a reader. `after`: the terms that stand, if already known. */
export function changedCells(content: Content, reader: Side, after: Terms = termsOf(content)): ChangedCells {
  const before = lastSigned(content, reader);
  if (!before) return { cells: new Map(), lines: new Map() };
  const changes = changesBetween(before, after);
  const lines = new Map<string, LineChange>();
  for (const change of changes) {
    const line = lineOf(change);
    if (line !== null && !lines.has(line)) lines.set(line, lineChange(line, before, after));
  }
  return { cells: new Map(changes.map((change) => [`${change.root}/${change.key}`, change])), lines };
}

function lineOf(change: Change): string | null {
  if (change.root === "products" || change.root === "substitutes") return change.key;
  if (change.root !== "client" && change.root !== "supplier") return null;
  return parse(change.root, change.key)?.line ?? null;
}

function lineChange(line: string, before: Terms, after: Terms): LineChange {
  if (!isLine(line, after)) return "removed";
  if (isRaised(line, "client", "withdrawn", after) && !isRaised(line, "client", "withdrawn", before)) {
    return "withdrawn";
  }
  if (isRaised(line, "supplier", "rejected", after) && !isRaised(line, "supplier", "rejected", before)) {
    return "rejected";
  }
  if (!isLine(line, before)) return "added";
  if (isDropped(line, before) && !isDropped(line, after)) return "restored";
  return hasOtherProduct(line, before, after) ? "product" : "changed";
}

function isLine(line: string, terms: Terms): boolean {
  return REGISTERS.some((side) => entryOf(terms[side], lineKey(line, "product")) !== null);
}

function isRaised(line: string, side: Register, flag: string, terms: Terms): boolean {
  return entryOf(terms[side], lineKey(line, flag)) === "true";
}

function isDropped(line: string, terms: Terms): boolean {
  return isRaised(line, "client", "withdrawn", terms) || isRaised(line, "supplier", "rejected", terms);
}

function hasOtherProduct(line: string, before: Terms, after: Terms): boolean {
  const cells = [lineKey(line, "product"), lineKey(line, "substitute")];
  return (
    cells.some((key) =>
      REGISTERS.some((side) => !same(entryOf(before[side], key), entryOf(after[side], key))),
    ) ||
    !same(entryOf(before.products, line), entryOf(after.products, line)) ||
    !same(entryOf(before.substitutes, line), entryOf(after.substitutes, line))
  );
}

/**
 * One cell as the sheet shows it to a reader: `noun` of a line (null: of the order), of one point where it has any.
 * It is coloured when either register's part of it differs from what the reader signed, so that a red order always
 * has a red cell. Its cost does not depend on the order's size.
 */
export function effectiveCell(
  content: Content,
  reader: Side,
  line: string | null,
  noun: string,
  point: string | null = null,
): EffectiveCell {
  const parts = point === null ? [noun] : [noun, point];
  const key = line === null ? noun : lineKey(line, ...parts);
  const asked = content.client.get(key) ?? null;
  const offered = content.supplier.get(key) ?? null;
  const covered = line === null || productOf(content, line) !== null;
  const now = {
    asked: covered ? canonicalCell("client", key, asked) : null,
    offered: covered ? canonicalCell("supplier", key, offered) : null,
  };
  return {
    asked,
    offered,
    value: effective(content, key),
    differs: now.asked !== null && now.offered !== null && !same(now.asked, now.offered),
    changedFrom: changedFrom(lastSigned(content, reader), key, now),
  };
}

function canonicalCell(root: Register, key: string, value: Value): Value {
  const cell = parse(root, key);
  return cell && !saysNothing(value) ? canonical(cell.field.value, value) : null;
}

function changedFrom(
  signed: Terms | null,
  key: string,
  now: Omit<EffectiveValue, "value">,
): EffectiveValue | null {
  if (!signed) return null;
  const [asked, offered] = [entryOf(signed.client, key), entryOf(signed.supplier, key)];
  const changed =
    (isTerm("client", key) && !same(asked, now.asked)) ||
    (isTerm("supplier", key) && !same(offered, now.offered));
  return changed ? { asked, offered, value: offered ?? asked } : null;
}

function isTerm(root: Register, key: string): boolean {
  return parse(root, key)?.field.term === true;
}
