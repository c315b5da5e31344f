import type { ValueKind } from "../order/cells";
import { format } from "../order/display";
import { language, locale, translator } from "../words/catalogue";
import { EN } from "./words.en";
import { FR } from "./words.fr";

export { language };

export type WordKey = keyof typeof FR;

/** The sheet's words, in the reader's language. */
export const say = translator(FR, EN);

/** `say` for a name that comes from the server, which may be later than this version. */
export function sayOr(stem: string, name: string, fallback: string): string {
  const key = `${stem}.${name}`;
  return key in FR ? say(key as WordKey) : fallback;
}

/** `2026-12-05` → `5 déc.`; the year is said where it is not the present one. */
export function day(iso: string): string {
  const date = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  const thisYear = iso.slice(0, 4) === String(new Date().getFullYear());
  const year = thisYear ? {} : { year: "numeric" as const };
  const style = { day: "numeric", month: "short", timeZone: "UTC", ...year } as const;
  return new Intl.DateTimeFormat(locale(), style).format(date);
}

/** A moment, as near as it matters: `14 h 02` today, else `5 déc., 14 h 02`. */
export function moment(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const isToday = date.toDateString() === new Date().toDateString();
  const dayPart = isToday ? {} : { day: "numeric" as const, month: "short" as const };
  return new Intl.DateTimeFormat(locale(), {
    hour: "numeric",
    minute: "2-digit",
    hourCycle: "h23",
    ...dayPart,
  }).format(date);
}

/** A cell's value as it is read, of any kind. */
export function shown(kind: ValueKind, value: unknown, currency = "CAD"): string {
  if (kind === "date" && typeof value === "string") return day(value);
  return format(kind, value, language.value, currency);
}

/** Money to the cent; a price may have more decimals. */
export function money(value: string, currency = "CAD"): string {
  return format("money", value, language.value, currency);
}
