import { parseDecimal as decimalOf } from "../order/decimal";
import { language, locale } from "./catalogue";

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function kept<Format extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => Format,
): Format {
  const name = `${locale()} ${key}`;
  const format = (made.get(name) as Format | undefined) ?? make();
  made.set(name, format);
  return format;
}

/** `1 234,56 $` or `$1,234.56`; empty for no amount. The currency's code is written out unless it is the dollar here. */
export function money(amount: string | null | undefined, currency = "CAD"): string {
  if (amount === null || amount === undefined || amount === "") return "";
  return kept(
    `money ${currency}`,
    () => new Intl.NumberFormat(locale(), { style: "currency", currency }),
  ).format(Number(amount));
}

/** `2,5` or `2.5`, as many decimals as were given. */
export function decimal(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  return kept("decimal", () => new Intl.NumberFormat(locale(), { maximumFractionDigits: 6 })).format(
    Number(value),
  );
}

/** The number that a person typed, its separator a point, as everywhere (`order/decimal.ts`); null if it is none. */
export function parseDecimal(text: string): string | null {
  const digits = decimalOf(text.replace(/[$%]/g, ""), language.value);
  return digits !== null && /^\d{1,12}(\.\d{1,4})?$/.test(digits) ? digits : null;
}

/** What to show in a field for a canonical decimal: `12,50` in French. Not grouped, so that it reads back. */
export function decimalInput(value: string | null | undefined): string {
  return language.value === "fr" ? (value ?? "").replace(".", ",") : (value ?? "");
}

/** A date as people write it: in French the first day of a month is an ordinal, `1er janv.`, which no browser knows. */
export function dated(format: Intl.DateTimeFormat, date: Date): string {
  if (language.value !== "fr") return format.format(date);
  return format
    .formatToParts(date)
    .map(({ type, value }) => (type === "day" && value === "1" ? "1er" : value))
    .join("");
}

/** `12 déc. 2026` of `2026-12-12`, the same day everywhere on earth. */
export function day(date: string | null | undefined): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date ?? "");
  if (!match) return "";
  const at = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return dated(
    kept("day", () => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" })),
    at,
  );
}

/** `12 déc. 2026, 14 h 02`, in the reader's own time zone. */
export function moment(instant: string | null | undefined): string {
  if (!instant) return "";
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return dated(
    kept("moment", () => new Intl.DateTimeFormat(locale(), style)),
    new Date(instant),
  );
}

/** A moment, as near as it matters: `14 h 02` today, else `5 déc., 14 h 02`. */
export function nearMoment(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const isToday = date.toDateString() === new Date().toDateString();
  const dayPart = isToday ? {} : { day: "numeric" as const, month: "short" as const };
  const style = { hour: "numeric", minute: "2-digit", hourCycle: "h23", ...dayPart } as const;
  return dated(
    kept(`near ${isToday}`, () => new Intl.DateTimeFormat(locale(), style)),
    date,
  );
}

/** What stands before a moment, by the hour of today and by another day. */
const BEFORE = {
  fr: { at: ["à", "le"], of: ["de", "du"], since: ["depuis", "depuis le"] },
  en: { at: ["at", "on"], of: ["of", "of"], since: ["since", "since"] },
} as const;

/** `nearMoment` within a sentence: `depuis 14 h 02`, `depuis le 5 déc., 14 h 02`. */
export function momentIn(sentence: keyof typeof BEFORE.fr, at: string | number): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return `${BEFORE[language.value][sentence][isToday ? 0 : 1]} ${nearMoment(at)}`;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `il y a 4 min`; past a week, the day itself. */
export function ago(instant: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(instant)) / 1000);
  if (seconds >= 7 * 86_400) return day(new Date(instant).toISOString());
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? ["second", 1];
  const amount = unit === "second" ? 0 : -Math.floor(seconds / size);
  const style = { numeric: "auto", style: "short" } as const;
  return kept("ago", () => new Intl.RelativeTimeFormat(locale(), style)).format(amount, unit);
}

/** `États-Unis` of `US`; the code itself where a browser has no names of countries. */
export function countryName(code: string): string {
  if (typeof Intl.DisplayNames === "undefined" || !/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(locale(), { type: "region" }).of(code) ?? code;
}

/** The French or the English name, whichever the reader's language is; the other when that one is empty. */
export function named(thing: { name_fr: string; name_en: string }): string {
  const { name_fr, name_en } = thing;
  return language.value === "fr" ? name_fr || name_en : name_en || name_fr;
}
