import type { Language } from "./dates";

/** Numbers as people type them and spreadsheets copy them. */

/** What an amount's currency is written as, beside the number; any currency by its code. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  CAD: ["$", "$CA", "CA$", "$CAN", "CAN$", "C$", "$CAD", "CAD$"],
  USD: ["$", "$US", "US$", "$USD", "USD$"],
  EUR: ["€", "EURO", "EUROS"],
};

/**
 * The digits of a number with at most one point, or null where it is none. The decimals come after either separator, the
 * thousands are apart by a space, an apostrophe, the other separator or nothing; below nought are any dash before it and
 * the brackets of an accountant.
 */
export function parseDecimal(text: string, language: Language): string | null {
  const bare = text.replace(/\s+/g, " ").trim();
  const match = /^([-−–] ?)?(\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d*)?|[\d.,]*\d[\d.,]*)$/.exec(unbracketed(bare));
  const digits = match && plainDigits((match[2] ?? "").replace(/[ '’]/g, ""), language);
  if (!digits) return null;
  const [whole = "", decimals = ""] = digits.split(".");
  const shortened = whole.replace(/^0+(?=\d)/, "") || "0";
  return (match[1] ? "-" : "") + (decimals ? `${shortened}.${decimals}` : shortened);
}

/** The number of an amount, which may have the sign of its currency beside it; undefined: the sign is another one's. */
export function withoutSign(text: string, currency: string): string | undefined {
  const [, before = "", number = "", after = ""] = /^([^\d.,]*)(.*?)([^\d.,]*)$/s.exec(text) ?? [];
  const word = (before + after).replace(/[\s()−–-]/g, "").toUpperCase();
  if (word === "") return text;
  const isOwn = word === currency || SIGNS[currency]?.includes(word);
  if (isOwn) return (before + number + after).replace(/[^\d.,\s'’()−–-]/g, "").trim();
  return /^\p{Sc}$|^[A-Z]{3}$/u.test(word) || Object.values(SIGNS).flat().includes(word) ? undefined : text;
}

function unbracketed(text: string): string {
  const inside = /^\((.*)\)$/.exec(text)?.[1];
  return inside === undefined ? text : `-${inside.trim()}`;
}

/** Digits with at most one point. In English `1,234` is a thousand and more; in French it is a little over one. */
export function plainDigits(text: string, language: Language): string | null {
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
