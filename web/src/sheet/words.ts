import type { ValueKind } from "../order/cells";
import { format } from "../order/display";
import { language, locale, says, translator } from "../words/catalogue";
import { dated } from "../words/formats";

export { momentIn, nearMoment as moment } from "../words/formats";
export { language };

/** The sheet's words, in the reader's language. */
export const say = translator("sheet");

/** `say` for a name that comes from the server, which may be later than this version. */
export function sayOr(stem: string, name: string, fallback: string): string {
  const key = `${stem}.${name}`;
  return says("sheet", key) ? say(key) : fallback;
}

/** `2026-12-05` → `5 déc.`; the year is said where it is not the present one. */
export function day(iso: string): string {
  const date = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  const thisYear = iso.slice(0, 4) === String(new Date().getFullYear());
  const year = thisYear ? {} : { year: "numeric" as const };
  const style = { day: "numeric", month: "short", timeZone: "UTC", ...year } as const;
  return dated(new Intl.DateTimeFormat(locale(), style), date);
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
