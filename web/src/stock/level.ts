import type { Product, Unit } from "../api/shapes";
import { type Language, parseDate } from "../order/dates";
import { inDecimals, parseInput } from "../order/input";
import { withoutCounted } from "../sheet/units";

/** What is expected, and on which day. */
export interface Arrival {
  readonly quantity: string;
  readonly date: string;
}

/** How much there is of one size and variant of a product, as `GET /api/stock` gives it. Decimal strings. */
export interface Level {
  readonly product_id: string;
  readonly code: string;
  readonly name_fr: string;
  readonly name_en: string;
  readonly unit: Unit;
  readonly decimals: number;
  readonly point: string;
  readonly variant: string;
  /** Empty while it is not followed yet. */
  readonly on_hand: string;
  readonly arrivals: readonly Arrival[];
  readonly reserved: string;
  readonly asked: string;
  readonly free: string;
}

/** The values of a level that people set. `on_hand`: null where it is not followed. */
export interface Values {
  readonly on_hand: string | null;
  readonly arrivals: readonly Arrival[];
}

/** Which stock: of a product, a size and a variant. */
export interface LevelId {
  readonly product_id: string;
  readonly point: string;
  readonly variant: string;
}

/** What a person sets of a level, and what stood there when he did: nothing is overwritten unseen. */
export interface Wanted extends LevelId, Partial<Values> {
  readonly seen: Partial<Values>;
}

export type LevelKey = string;

/** A level's name among others: product, size and variant. */
export function keyOf(level: LevelId): LevelKey {
  return [level.product_id, level.point, level.variant].join("/");
}

export function valuesOf(level: Level): Values {
  return { on_hand: level.on_hand || null, arrivals: level.arrivals };
}

/** What is wanted of a level that stands on the screen as `level`. */
export function change(level: Level, values: Partial<Values>): Wanted {
  const { product_id, point, variant } = level;
  return { product_id, point, variant, ...values, seen: only(valuesOf(level), values) };
}

/** Of `values` those that `named` names too. */
export function only(values: Partial<Values>, named: Partial<Values>): Partial<Values> {
  const { on_hand, arrivals } = values;
  return {
    ...(on_hand !== undefined && named.on_hand !== undefined && { on_hand }),
    ...(arrivals && named.arrivals && { arrivals }),
  };
}

/** What a person set, and set again before it was saved: what he saw at first is what he saw. */
export function together(first: Wanted | undefined, then: Wanted): Wanted {
  return first ? { ...first, ...then, seen: { ...then.seen, ...first.seen } } : then;
}

/** What is left to be saved of `wanted` now that `saved` is; null when nothing is. */
export function leftOf(wanted: Wanted, saved: Wanted): Wanted | null {
  const { product_id, point, variant } = wanted;
  const seen = { ...wanted.seen, ...only(saved, saved) };
  const left: Partial<Values> = {
    ...(wanted.on_hand !== undefined && wanted.on_hand !== saved.on_hand && { on_hand: wanted.on_hand }),
    ...(wanted.arrivals && wanted.arrivals !== saved.arrivals && { arrivals: wanted.arrivals }),
  };
  if (Object.keys(left).length === 0) return null;
  return { product_id, point, variant, ...left, seen: only(seen, left) };
}

/** A level as it reads once what is wanted of it is so. */
export function after(level: Level, wanted: Partial<Values> | undefined): Level {
  if (!wanted) return level;
  const on_hand = wanted.on_hand === undefined ? level.on_hand : (wanted.on_hand ?? "");
  const arrivals = wanted.arrivals ?? level.arrivals;
  return { ...level, on_hand, arrivals, free: freeAfter(level, on_hand) };
}

/** Beyond what agreed orders hold now; where they hold more than there is, how much is not known here. */
function freeAfter(level: Level, on_hand: string): string {
  if (on_hand === level.on_hand || level.free === "") return level.free;
  const held = scaled(level.on_hand) - scaled(level.free);
  if (level.free === "0" && scaled(level.reserved) > 0) return "";
  return String(Math.max(0, scaled(on_hand) - held) / SCALE);
}

const SCALE = 1000;

function scaled(value: string): number {
  return Math.round(Number(value || "0") * SCALE);
}

/** Whether open orders ask for more than there is. */
export function isShort(level: Level): boolean {
  return level.free !== "" && scaled(level.asked) > scaled(level.free);
}

export type Read<Value> = { readonly value: Value } | { readonly fault: string };

/** A quantity as typed, in a unit with so many decimals. Faults are codes of refusals. */
export function readQuantity(
  text: string,
  level: Pick<Level, "decimals" | "unit">,
  language: Language,
): Read<string> {
  const bare = withoutCounted(text, level.unit);
  const parsed = inDecimals(parseInput("quantity", bare, language, level.unit), level.decimals);
  if ("fault" in parsed) return parsed;
  return typeof parsed.value === "string" ? { value: parsed.value } : { fault: "empty" };
}

/** `6 2027-01-03 | 10 1 févr.`: quantities and days, apart by a bar, a semicolon or a new line; by day. */
export function readArrivals(
  text: string,
  level: Pick<Level, "decimals" | "unit">,
  language: Language,
  today: string,
): Read<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const part of text.split(/[|;\n]/)) {
    if (part.trim() === "") continue;
    const [, amount = "", day = ""] = /^\s*(\S+(?:\s\d{3})*)\s+(?:le\s+|on\s+)?(\S.*)$/i.exec(part) ?? [];
    if (!day) return { fault: "not_arrivals" };
    const quantity = readQuantity(amount, level, language);
    if ("fault" in quantity) return quantity;
    const date = parseDate(day, language, today);
    if (date === null) return { fault: "not_a_date" };
    arrivals.push({ quantity: quantity.value, date });
  }
  return { value: byDay(arrivals) };
}

export function byDay(arrivals: readonly Arrival[]): readonly Arrival[] {
  return [...arrivals].sort((one, other) => one.date.localeCompare(other.date));
}

/** What the clipboard and an editor take: what would be typed to get it back. */
export function arrivalsText(arrivals: readonly Arrival[], language: Language): string {
  return arrivals.map(({ quantity, date }) => `${plainNumber(quantity, language)} ${date}`).join(" | ");
}

export function plainNumber(value: string, language: Language): string {
  return language === "fr" ? value.replace(".", ",") : value;
}

/** The levels by which a product would be followed: one for each size and each choice of some characteristics. */
export function levelsFor(product: Product, by: readonly string[]): Level[] {
  const points = product.sizing === "scale" ? product.points : [""];
  const kept = product.characteristics.filter(({ key, kind }) => kind === "choice" && by.includes(key));
  const variants = [...kept]
    .sort((one, other) => one.key.localeCompare(other.key))
    .reduce<string[]>(
      (before, { key, options }) =>
        before.flatMap((start) => options.map((option) => `${start && `${start};`}${key}=${option.key}`)),
      [""],
    );
  const { id: product_id, code, name_fr, name_en, unit, decimals } = product;
  const facts = { product_id, code, name_fr, name_en, unit, decimals };
  const none = { on_hand: "", arrivals: [], reserved: "", asked: "", free: "" };
  return points.flatMap((point) => variants.map((variant) => ({ ...facts, ...none, point, variant })));
}
