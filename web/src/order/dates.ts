import { daysIn } from "./values";

/**
 * Dates as people write them and spreadsheets copy them: `2026-12-05`, `5/12/2026`, `5 déc.`, `5-déc-26`, `Dec 5, 2026`,
 * `samedi 5 décembre 2026`, `2026-12-05 00:00`, `demain`.
 */

export type Language = "fr" | "en";

const MONTHS = [
  ["janvier", "january"],
  ["fevrier", "february"],
  ["mars", "march"],
  ["avril", "april"],
  ["mai", "may"],
  ["juin", "june"],
  ["juillet", "july"],
  ["aout", "august"],
  ["septembre", "september"],
  ["octobre", "october"],
  ["novembre", "november"],
  ["decembre", "december"],
] as const;
const DAYS_AWAY: Record<string, number> = { "aujourd'hui": 0, today: 0, demain: 1, tomorrow: 1 };
const LATELY = 31;
/** Deliveries are not promised further away than this, in years. */
const FURTHEST = 10;
const WEEKDAY = /^(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? /;
const HOUR = /[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?$/;

/** Today where the reader sits, as `YYYY-MM-DD`. */
export function localToday(): string {
  const now = new Date();
  return iso(now.getFullYear(), now.getMonth() + 1, now.getDate()) ?? "";
}

/**
 * `text` as `YYYY-MM-DD`, or null. `5/12/2026` is the fifth of December in French and the twelfth of May in English,
 * unless only one of them exists. A date without a year is the next such day, or one of the last month's.
 */
export function parseDate(text: string, language: Language, today: string = localToday()): string | null {
  const plain = text
    .trim()
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/’/g, "'")
    .replace(/\s+/g, " ")
    .replace(HOUR, "");
  const away = DAYS_AWAY[plain];
  if (away !== undefined) return addDays(today, away);
  const alone = plain.replace(/^le /, "");
  // `mar 5` is of March before it is a Tuesday.
  return (
    parseWords(alone, today) ??
    parseWords(alone.replace(WEEKDAY, ""), today) ??
    parseNumbers(alone, language, today)
  );
}

/** The day `count` days after `day`. */
export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

function parseWords(text: string, today: string): string | null {
  const dayFirst = /^(\d{1,2})(?:er|st|nd|rd|th)?[ -]([a-z]{3,})\.?(?:,? ?-?(\d{4}|\d\d))?$/.exec(text);
  if (dayFirst) return dated(dayFirst[3], monthOf(dayFirst[2] ?? ""), Number(dayFirst[1]), today);
  const monthFirst = /^([a-z]{3,})\.? (\d{1,2})(?:er|st|nd|rd|th)?(?:,? (\d{4}))?$/.exec(text);
  return monthFirst && dated(monthFirst[3], monthOf(monthFirst[1] ?? ""), Number(monthFirst[2]), today);
}

function monthOf(word: string): number {
  const found = MONTHS.flatMap((names, at) => (names.some((name) => name.startsWith(word)) ? [at + 1] : []));
  return found.length === 1 ? (found[0] ?? 0) : 0;
}

function parseNumbers(text: string, language: Language, today: string): string | null {
  const yearFirst = /^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$/.exec(text);
  if (yearFirst) return iso(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
  if (/^\d\d-\d\d-\d\d$/.test(text)) return parseDashes(text, today);
  const match = /^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d\d))?$/.exec(text);
  if (!match) return null;
  const [one, two] = [Number(match[1]), Number(match[2])];
  const dayFirst = dated(match[3], two, one, today);
  const monthFirst = dated(match[3], one, two, today);
  return language === "fr" ? (dayFirst ?? monthFirst) : (monthFirst ?? dayFirst);
}

/** `26-12-05` has its year first in some places and last in others; null where both are days one may mean. */
function parseDashes(text: string, today: string): string | null {
  const [one = "", two = "", three = ""] = text.split("-");
  const [yearFirst, yearLast] = [
    dated(one, Number(two), Number(three), today),
    dated(three, Number(two), Number(one), today),
  ];
  const [earliest, latest] = [-1, FURTHEST].map(
    (years) => `${Number(today.slice(0, 4)) + years}${today.slice(4)}`,
  );
  const meant = [yearFirst, yearLast].filter((date) => date && date >= `${earliest}` && date <= `${latest}`);
  return new Set(meant).size === 1 ? (meant[0] ?? null) : null;
}

/** `26` is of this century. */
function dated(year: string | undefined, month: number, day: number, today: string): string | null {
  if (year) return iso(Number(year.padStart(4, "20")), month, day);
  const thisYear = Number(today.slice(0, 4));
  const earliest = addDays(today, -LATELY);
  const found = [thisYear - 1, thisYear, thisYear + 1].map((each) => iso(each, month, day));
  return found.find((date) => date !== null && date >= earliest) ?? null;
}

function iso(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const [mm, dd] = [month, day].map((part) => `${part}`.padStart(2, "0"));
  return `${`${year}`.padStart(4, "0")}-${mm}-${dd}`;
}
