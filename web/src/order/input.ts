import type { ValueKind } from "./cells";
import { type Language, localToday, parseDate } from "./dates";
import { parseDecimal, plainDigits, withoutSign } from "./decimal";
import {
  type DimensionUnit,
  decimalText,
  mixedText,
  parseDimension,
  plus,
  type Rational,
  rational,
} from "./dimensions";
import { canonicalDecimal, check, isDecimalKind, type Value } from "./values";

/** From what a person types to what a cell holds. */

/** `value` null: the person emptied the cell. `fault`: the code of a refusal (`schema/refusals.py`). */
export type Parsed = { readonly value: Value } | { readonly fault: string };

// Those that do not break a line among them, however narrow.
const SPACES = /\s+/g;
const FRACTIONS: Record<string, string> = {
  "½": "1/2",
  "¼": "1/4",
  "¾": "3/4",
  "⅛": "1/8",
  "⅜": "3/8",
  "⅝": "5/8",
  "⅞": "7/8",
  "⅓": "1/3",
  "⅔": "2/3",
};
const UNITS: [RegExp, DimensionUnit][] = [
  [/^(in|inch|inches|po|pouces?|"|″|”|'')$/, "in"],
  [/^(mm|millim[eè]tres?|millimeters?)$/, "mm"],
  [/^(cm|centim[eè]tres?|centimeters?)$/, "cm"],
];

/**
 * The wire value of a typed text. `unit`: of a dimension, the product's own (it is left out of the value); of a
 * quantity, its name, which may be typed along, and of an amount, the code of its currency, whose sign may. `today` gives a date its year.
 */
export function parseInput(
  kind: ValueKind,
  text: string,
  language: Language,
  unit: string | null = null,
  today: string = localToday(),
): Parsed {
  const typed = text.replace(SPACES, " ").trim();
  if (typed === "") return { value: null };
  if (kind === "text" || kind === "characteristic") return checked(kind, text.trim());
  if (kind === "flag") return parseFlag(typed);
  if (kind === "date") return checked(kind, parseDate(typed, language, today) ?? typed);
  if (kind === "dimension") return checked(kind, parseMeasure(typed, language, unit) ?? typed);
  if (isDecimalKind(kind)) return parseNumber(kind, typed, language, unit);
  return checked(kind, typed);
}

/** A quantity as parsed, if it has no more decimals than what it counts is sold in; undefined: it may have any. */
export function inDecimals(parsed: Parsed, most: number | undefined): Parsed {
  if ("fault" in parsed || most === undefined) return parsed;
  const decimals = String(parsed.value ?? "").split(".")[1]?.length ?? 0;
  return decimals > most ? { fault: "too_many_decimals" } : parsed;
}

function checked(kind: ValueKind, value: Value): Parsed {
  const fault = check(kind, value);
  return fault ? { fault } : { value };
}

function parseFlag(typed: string): Parsed {
  if (/^(oui|yes|true|vrai|o|y|x|1|✓)$/i.test(typed)) return { value: true };
  if (/^(non|no|false|faux|n|0)$/i.test(typed)) return { value: false };
  return { fault: "wrong_type" };
}

/** A number of a kind, with what may stand beside it: the sign of its currency, `%`, what it counts. */
function parseNumber(kind: ValueKind, typed: string, language: Language, unit: string | null): Parsed {
  const isMoney = kind === "money" || kind === "price";
  const bare = isMoney
    ? withoutSign(typed, unit ?? "CAD")
    : withoutUnit(typed, kind === "percent" ? "%" : unit);
  if (bare === undefined) return { fault: "other_currency" };
  const digits = parseDecimal(bare, language);
  return checked(kind, digits === null ? typed : canonicalDecimal(digits));
}

function withoutUnit(typed: string, unit: string | null): string {
  return unit && typed.endsWith(unit) ? typed.slice(0, -unit.length) : typed;
}

/** A measure as typed: `34 1/2"`, `34½ po`, `876mm`, `1 200 mm`, `34,5`, `2' 10 1/2"`; null if it is none. */
function parseMeasure(text: string, language: Language, own: string | null): string | null {
  const spelled = text
    .toLowerCase()
    .replace(/[½¼¾⅛⅜⅝⅞⅓⅔]/g, (sign) => ` ${FRACTIONS[sign]}`)
    .replace(/⁄/g, "/")
    .replace(/^\d{1,3}( \d{3})+(?![\d/])/, (thousands) => thousands.replaceAll(" ", ""))
    .replace(/\d[\d.,]*,[\d.,]*/g, (number) => plainDigits(number, language) ?? number)
    .trim();
  return parseFeet(spelled, own) ?? parseLength(spelled, own);
}

function parseLength(spelled: string, own: string | null): string | null {
  const match = /^([\d.]+(?:[ -]+\d+ ?\/ ?\d+| ?\/ ?\d+)?) ?([^\d]*)$/.exec(spelled);
  if (!match) return null;
  const number = (match[1] ?? "").replace(/ ?\/ ?/, "/").replace(/[ -]+/, " ");
  const unit = unitOf((match[2] ?? "").replace(/\.$/, ""));
  const parsed = unit === undefined ? null : parseDimension(number);
  return parsed ? spell(parsed, number.includes("/"), unit ?? null, own) : null;
}

/** `2' 10 1/2"` is 34 1/2 inches. */
function parseFeet(spelled: string, own: string | null): string | null {
  const match = /^(\d{1,4}) ?(?:'|′|’|pi|ft)\.? ?(.*)$/.exec(spelled);
  if (!match || match[2]?.startsWith("'")) return null;
  const inches = match[2] ? parseLength(match[2], "in") : "0";
  const rest = inches === null ? null : parseDimension(inches);
  if (!rest || rest.unit !== null) return null;
  const total = plus(rational(BigInt(match[1] ?? 0) * 12n, 1n), rest);
  return spell(total, inches?.includes("/") ?? false, "in", own);
}

function unitOf(word: string): DimensionUnit | null | undefined {
  const name = word.trim();
  return name === "" ? null : UNITS.find(([pattern]) => pattern.test(name))?.[1];
}

// Inches keep the fraction that was typed; the unit is written only where it is not the product's own.
function spell(value: Rational, asFraction: boolean, unit: DimensionUnit | null, own: string | null): string {
  const number = asFraction ? mixedText(value) : (decimalText(value) ?? mixedText(value));
  return unit === null || unit === own ? number : `${number} ${unit}`;
}
