import canonicalize from "canonicalize";
import { parse, REGISTERS, type Register } from "./cells";
import {
  type Content,
  compareText,
  currencyOf,
  type Facts,
  factsOf,
  linesOf,
  type Root,
  type Side,
  substituteFactsOf,
} from "./order";
import { canonical, same, type Value } from "./values";

/** What a signature covers, and how two sets of terms differ: the twin of `schema/terms.py`. */

type Dictionary<T> = Record<string, T>;

export interface Terms {
  readonly client: Dictionary<Value>;
  readonly supplier: Dictionary<Value>;
  readonly parties: Dictionary<Dictionary<string>>;
  readonly currency: string;
  readonly products: Dictionary<Dictionary<string>>;
  readonly substitutes: Dictionary<Dictionary<string>>;
}

/** A signature, or the agreed revision, as the server keeps it in the record. */
export interface Signature {
  readonly digest: string;
  readonly terms: string;
  readonly at: string;
  readonly user?: string;
  readonly name?: string;
  readonly count?: number;
}

/** One term that differs. `before` and `after` are canonical values, null for absent. */
export interface Change {
  readonly root: "client" | "supplier" | "products" | "substitutes" | "parties" | "currency";
  readonly key: string;
  readonly before: Value;
  readonly after: Value;
}

const FACTS = ["code", "name_fr", "name_en", "unit", "tax_class"] as const;
const PARTY_FACTS = ["id", "name", "region"] as const;

/** The terms that stand, every value in canonical form. `lines`: those of the order, if already known. */
export function termsOf(content: Content, lines: readonly string[] = linesOf(content)): Terms {
  const known = new Set(lines);
  return {
    client: protectedCells(content.client, "client", known),
    supplier: protectedCells(content.supplier, "supplier", known),
    parties: dictionary(
      REGISTERS.map((side) => [side, pick(content.record.get(`parties/${side}`) as Facts, PARTY_FACTS)]),
    ),
    currency: currencyOf(content),
    products: factsByLine(lines, (line) => factsOf(content, line)),
    substitutes: factsByLine(lines, (line) => substituteFactsOf(content, line)),
  };
}

// A line may be called `__proto__`: a dictionary inherits nothing.
function dictionary<T>(entries: Iterable<readonly [string, T]>): Dictionary<T> {
  const made: Dictionary<T> = Object.create(null);
  for (const [key, value] of entries) made[key] = value;
  return made;
}

function protectedCells(register: Root, root: Register, lines: ReadonlySet<string>): Dictionary<Value> {
  const cells: Dictionary<Value> = Object.create(null);
  for (const [key, value] of register.entries()) {
    const cell = parse(root, key);
    if (!cell?.field.term || saysNothing(value) || (cell.line !== null && !lines.has(cell.line))) continue;
    cells[key] = canonical(cell.field.value, value);
  }
  return cells;
}

/** Whether a cell is as good as absent: cleared, a flag taken down again, an emptied text. */
export function saysNothing(value: Value): boolean {
  return value === null || value === undefined || value === false || value === "";
}

function factsByLine(
  lines: readonly string[],
  find: (line: string) => Facts | null,
): Dictionary<Dictionary<string>> {
  const found: Dictionary<Dictionary<string>> = Object.create(null);
  for (const line of lines) {
    const facts = find(line);
    if (facts) found[line] = pickFacts(facts);
  }
  return found;
}

// The values of a document never change in place: what was picked from an object once holds as long as it lives.
const PICKED = new WeakMap<Facts, Dictionary<string>>();

function pickFacts(facts: Facts): Dictionary<string> {
  let picked = PICKED.get(facts);
  if (!picked) {
    picked = pick(facts, FACTS);
    PICKED.set(facts, picked);
  }
  return picked;
}

function pick(facts: Facts | null | undefined, names: readonly string[]): Dictionary<string> {
  const given = names.filter((name) => facts?.[name] !== undefined && facts[name] !== null);
  return dictionary(given.map((name) => [name, String(facts?.[name])]));
}

/** The text that is signed and kept with the signature (RFC 8785). */
export function canonicalJson(terms: Terms): string {
  return canonicalize(terms) ?? "";
}

const READ_TERMS = new Map<string, Terms>();
const READ_TERMS_LIMIT = 8;

/** The terms kept inside a signature or an agreed revision; read once for each text. */
export function signedTerms(signature: Pick<Signature, "terms">): Terms {
  let terms = READ_TERMS.get(signature.terms);
  if (terms === undefined) {
    if (READ_TERMS.size >= READ_TERMS_LIMIT) READ_TERMS.clear();
    terms = JSON.parse(signature.terms) as Terms;
    READ_TERMS.set(signature.terms, terms);
  }
  return terms;
}

/** The signature of a company on this order, or null. */
export function signatureOf(content: Content, side: Side): Signature | null {
  return (content.record.get(`signatures/${side}`) as Signature | undefined) ?? null;
}

/** The entry of a dictionary, null where it has none of its own. */
export function entryOf<T>(entries: Dictionary<T> | undefined, key: string): T | null {
  return entries && Object.hasOwn(entries, key) ? (entries[key] ?? null) : null;
}

/** Whether two sets of terms are the same; far cheaper than two digests. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return changesBetween(a, b).length === 0;
}

/** What differs from `before` to `after`, sorted by root and key. */
export function changesBetween(before: Terms, after: Terms): Change[] {
  const changes: Change[] = [];
  for (const root of ["client", "supplier", "products", "substitutes", "parties"] as const) {
    const [old, now] = [before[root] ?? {}, after[root] ?? {}];
    const gone = Object.keys(old).filter((key) => entryOf<Value>(now, key) === null);
    const given = Object.keys(now).filter((key) => !same(entryOf<Value>(old, key), now[key]));
    const differing = [...gone, ...given];
    for (const key of differing.sort(compareText)) {
      changes.push({ root, key, before: entryOf<Value>(old, key), after: entryOf<Value>(now, key) });
    }
  }
  if (before.currency !== after.currency) {
    changes.push({ root: "currency", key: "", before: before.currency ?? null, after: after.currency });
  }
  return changes;
}
