import type { ValueKind } from "./cells";
import { type Language, localToday, parseDate } from "./dates";
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

const SPACES = /[\s\u00a0\u202f\u2009]+/g;
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
 * quantity, its name, and of an amount, the sign of its currency, which may be typed along. `today` gives a date its year.
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
  if (kind === "dimension") return checked(kind, parseMeasure(typed, unit) ?? typed);
  if (isDecimalKind(kind)) return checked(kind, parseDecimal(typed, language, unit) ?? typed);
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

/** A decimal with either separator, thousands apart or not, with or without `$`, `%` or the unit; null if it is none. */
export function parseDecimal(text: string, language: Language, unit: string | null = null): string | null {
  const bare = text
    .replace(unit ?? "", "")
    .replace(/\$? ?CA[DN]?\$?|\$|€|%/gi, "")
    .replace(/[\s\u00a0\u202f\u2009'’]/g, "");
  const match = /^(-?)([\d.,]*\d[\d.,]*)$/.exec(bare);
  const digits = match && plainDigits(match[2] ?? "", language);
  if (!digits) return null;
  const [whole = "", decimals = ""] = digits.split(".");
  const shortened = whole.replace(/^0+(?=\d)/, "") || "0";
  return (match[1] ?? "") + (decimals ? canonicalDecimal(`${shortened}.${decimals}`) : shortened);
}

/** Digits with at most one point. In English `1,234` is a thousand and more; in French it is a little over one. */
function plainDigits(text: string, language: Language): string | null {
  const [comma, point] = [text.lastIndexOf(","), text.lastIndexOf(".")];
  if (comma >= 0 && point >= 0) {
    return comma > point ? grouped(text, ".", ",") : grouped(text, ",", ".");
  }
  if (comma < 0) return text.indexOf(".") === point ? text : grouped(text, ".", ",");
  if (text.indexOf(",") !== comma) return grouped(text, ",", ".");
  return (language === "en" ? grouped(text, ",", ".") : null) ?? text.replace(",", ".");
}

function grouped(text: string, separator: "," | ".", decimal: "," | "."): string | null {
  const [whole = "", decimals, ...rest] = text.split(decimal);
  const groups = whole.split(separator);
  const wellGrouped = groups.slice(1).every((group) => group.length === 3) && (groups[0] ?? "").length <= 3;
  if (!wellGrouped || rest.length || decimals?.includes(separator)) return null;
  return groups.join("") + (decimals === undefined ? "" : `.${decimals}`);
}

/** A measure as typed: `34 1/2"`, `34½ po`, `876mm`, `34,5`, `2' 10 1/2"`; null if it is none. */
export function parseMeasure(text: string, own: string | null): string | null {
  const spelled = text
    .toLowerCase()
    .replace(/[½¼¾⅛⅜⅝⅞⅓⅔]/g, (sign) => ` ${FRACTIONS[sign]}`)
    .replace(/⁄/g, "/")
    .replace(/(\d),(\d)/g, "$1.$2")
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
