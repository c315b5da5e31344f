import type { ValueKind } from "./cells";
import { fractionText, parseDimension } from "./dimensions";

/** What a cell may hold, and its canonical form: the twin of `schema/values.py`. */

/** Plain JSON: what a map entry of the document can carry. */
export type Value = unknown;

const DECIMAL = /^(0|[1-9]\d*)(?:\.(\d+))?$/;
const POSITION = /^[0-9A-Za-z]{1,64}$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
// Half of a surrogate pair is no character: it has no UTF-8 form, so it could never be signed. And what turns letters
// round would show a text otherwise than it is signed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;
const OBJECT_KEY = /^[a-z][a-z0-9_]{0,29}$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

const TEXT_LIMIT = 500;
const CHARACTERISTIC_LIMIT = 200;
const OBJECT_TEXT_LIMIT = 300;
const OBJECT_KEYS_LIMIT = 16;
const WHOLE_DIGITS_LIMIT = 12;

type DecimalKind = "money" | "number" | "price" | "quantity" | "percent";
const PLACES: Readonly<Record<DecimalKind, number>> = {
  money: 2,
  number: 4,
  price: 4,
  quantity: 3,
  percent: 3,
};

export function isDecimalKind(kind: ValueKind): kind is DecimalKind {
  return kind in PLACES;
}

/** The refusal code of what is wrong with `value` as a `kind`, or null when it may stand. */
export function check(kind: ValueKind, value: Value): string | null {
  if (kind === "flag") return typeof value === "boolean" ? null : "wrong_type";
  if (kind === "address" || kind === "contact") return checkObject(value);
  if (typeof value !== "string") return "wrong_type";
  switch (kind) {
    case "characteristic":
      return textFault(value, CHARACTERISTIC_LIMIT);
    case "text":
      return textFault(value, TEXT_LIMIT);
    case "date":
      return checkDate(value);
    case "dimension":
      return parseDimension(value) ? null : "not_a_dimension";
    case "position":
      return POSITION.test(value) ? null : "not_a_position";
    case "product":
      return ID.test(value) ? null : "unknown_product";
    default:
      return checkDecimal(kind, value);
  }
}

function checkDecimal(kind: DecimalKind, value: string): string | null {
  const match = DECIMAL.exec(value);
  if (!match) return /^-\d/.test(value) ? "negative" : "not_a_decimal";
  const [, whole = "", decimals = ""] = match;
  if (decimals.length > PLACES[kind]) return "too_many_decimals";
  if (whole.length > WHOLE_DIGITS_LIMIT) return "out_of_range";
  return kind === "percent" && isAboveHundred(whole, decimals) ? "out_of_range" : null;
}

function isAboveHundred(whole: string, decimals: string): boolean {
  return Number(whole) > 100 || (whole === "100" && /[1-9]/.test(decimals));
}

function checkDate(value: string): string | null {
  const match = DATE.exec(value);
  if (!match) return "not_a_date";
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return "not_a_date";
  return year >= 2000 && year <= 2199 ? null : "out_of_range";
}

/** How many days a month has; `month` counts from 1. */
export function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function textFault(value: string, limit: number): string | null {
  // Characters are counted as the server counts them: a pair of surrogates is one.
  if (value.length > limit && [...value].length > limit) return "too_long";
  return CONTROL.test(value) ? "control_character" : null;
}

function checkObject(value: Value): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "wrong_type";
  const entries = Object.entries(value);
  if (entries.length > OBJECT_KEYS_LIMIT) return "too_long";
  for (const [key, item] of entries) {
    if (!OBJECT_KEY.test(key) || typeof item !== "string") return "wrong_type";
    const fault = textFault(item, OBJECT_TEXT_LIMIT);
    if (fault) return fault;
  }
  return null;
}

/** The spelling that a signature covers; a value that could not pass `check` stays as it is. */
export function canonical(kind: ValueKind, value: Value): Value {
  if (kind === "flag") return value === true ? "true" : value === false ? "false" : value;
  if (typeof value !== "string") return value;
  if (isDecimalKind(kind)) return canonicalDecimal(value);
  return kind === "dimension" ? canonicalDimension(value) : value;
}

/** A decimal string without trailing zeros: `12.50` → `12.5`, `3.0` → `3`. */
export function canonicalDecimal(text: string): string {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

// An order has few different measures, each on many lines.
const SPELLED = new Map<string, string>();
const SPELLED_LIMIT = 4096;

function canonicalDimension(text: string): string {
  const known = SPELLED.get(text);
  if (known !== undefined) return known;
  if (SPELLED.size >= SPELLED_LIMIT) SPELLED.clear();
  const spelled = spellDimension(text);
  SPELLED.set(text, spelled);
  return spelled;
}

function spellDimension(text: string): string {
  const parsed = parseDimension(text);
  if (!parsed) return text;
  return parsed.unit ? `${fractionText(parsed)} ${parsed.unit}` : fractionText(parsed);
}

/** Whether two values of a kind say the same: `12.50` and `12.5`, or two objects with the same entries. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return (a ?? null) === (b ?? null);
  const [one, two] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return one.length === two.size && one.every(([key, item]) => two.has(key) && same(item, two.get(key)));
}
