import type { ValueKind } from "./cells";
import type { Language } from "./dates";
import { decimalText, mixedText, parseDimension, type Rational } from "./dimensions";
import { isolated } from "./isolated";
import { canonicalDecimal, type Value } from "./values";

/** From what a cell or a signature holds to what a person reads. */

const NO_BREAK = "\u00a0";
const CONTACT_PARTS = ["name", "title", "email", "phone"];

/** A value or its canonical form, in the reader's language; "" for an empty cell. Dates stay `YYYY-MM-DD`. */
export function format(kind: ValueKind, value: Value, language: Language, currency = "CAD"): string {
  if (value === null || value === undefined) return "";
  if (kind === "flag") return formatFlag(value === true || value === "true", language);
  if (kind === "address") return formatAddress(value, language);
  if (kind === "contact") return joinParts(value, CONTACT_PARTS);
  if (typeof value !== "string") return String(value);
  switch (kind) {
    case "money":
    case "price":
      return formatMoney(value, language, currency);
    case "number":
    case "quantity":
      return formatDecimal(value, language);
    case "percent":
      return formatDecimal(value, language) + (language === "fr" ? `${NO_BREAK}%` : "%");
    case "dimension":
      return formatDimension(value, language);
    default:
      return value;
  }
}

/** `1234.5` → `1 234,5` in French, `1,234.5` in English; at least `places` decimals. */
export function formatDecimal(value: string, language: Language, places = 0): string {
  const [whole = "", decimals = ""] = canonicalDecimal(value).split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, language === "fr" ? NO_BREAK : ",");
  const shown = decimals.padEnd(places, "0");
  return shown ? `${groups}${language === "fr" ? "," : "."}${shown}` : groups;
}

// In French after the amount, in English before it, as the mails and the lists have them.
const SIGNS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  CAD: { fr: "$", en: "$" },
  USD: { fr: "$ US", en: "US$" },
  EUR: { fr: "€", en: "€" },
};

/** What is written beside an amount; the dollars of others are named, and a currency without a sign is its code. */
function signOf(currency: string, language: Language): string {
  return SIGNS[currency]?.[language] ?? (language === "fr" ? currency : `${currency} `);
}

/** `1 234,50 $` or `$1,234.50`. */
function formatMoney(value: string, language: Language, currency = "CAD"): string {
  const number = formatDecimal(value, language, 2);
  const sign = signOf(currency, language);
  return (language === "fr" ? `${number} ${sign}` : sign + number).replaceAll(" ", NO_BREAK);
}

function formatFlag(raised: boolean, language: Language): string {
  if (language === "fr") return raised ? "Oui" : "Non";
  return raised ? "Yes" : "No";
}

/** As it was typed; a signature's `69/2` reads `34 1/2`, its `1369/40` reads `34.225`. */
function formatDimension(value: string, language: Language): string {
  const parsed = parseDimension(value);
  if (!parsed) return value;
  const typed = value.replace(/ (in|mm|cm)$/, "");
  const number = /^\d+\/\d+$/.test(typed) ? readable(parsed) : typed;
  const local = language === "fr" ? number.replace(".", ",") : number;
  if (parsed.unit === null) return local;
  return `${local}${NO_BREAK}${parsed.unit === "in" && language === "fr" ? "po" : parsed.unit}`;
}

// A tape measure has halves to sixty-fourths; any other fraction reads better as a decimal.
function readable(value: Rational): string {
  const onTape = 64n % value.denominator === 0n;
  return onTape ? mixedText(value) : (decimalText(value) ?? mixedText(value));
}

const HOME = "CA";

/**
 * On one line, as the mails have it: in French the province stands between parentheses after the city. The country is
 * told where it is another.
 */
function formatAddress(value: Value, language: Language): string {
  if (typeof value !== "object" || value === null) return String(value);
  const part = (name: string) => textOf(value, name);
  const hasBoth = language === "fr" && part("city") && part("region");
  const city = hasBoth ? [`${part("city")} (${part("region")})`] : [part("city"), part("region")];
  const code = part("postal_code").replaceAll(" ", NO_BREAK);
  const place = [...city, code].filter(Boolean).join(" ");
  const country = part("country") === HOME ? "" : part("country");
  return [part("label"), part("street"), place, country].filter(Boolean).join(", ");
}

function joinParts(value: Value, names: string[]): string {
  if (typeof value !== "object" || value === null) return String(value);
  return names
    .map((name) => textOf(value, name))
    .filter(Boolean)
    .join(", ");
}

function textOf(value: object, name: string): string {
  const part = (value as Record<string, unknown>)[name];
  return typeof part === "string" ? isolated(part.trim()) : "";
}
