import { daysIn } from "./values";

/** Dates as people write them: `2026-12-05`, `5/12/2026`, `5 déc.`, `Dec 5, 2026`, `demain`. */

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
    .replace(/’/g, "'");
  const away = DAYS_AWAY[plain];
  if (away !== undefined) return addDays(today, away);
  return parseWords(plain, today) ?? parseNumbers(plain, language, today);
}

/** The day `count` days after `day`. */
export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

function parseWords(text: string, today: string): string | null {
  const dayFirst = /^(\d{1,2})(?:er|st|nd|rd|th)?[ -]([a-z]{3,})\.?(?:,? ?-?(\d{4}))?$/.exec(text);
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
  const match = /^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}))?$/.exec(text);
  if (!match) return null;
  const [one, two] = [Number(match[1]), Number(match[2])];
  const dayFirst = dated(match[3], two, one, today);
  const monthFirst = dated(match[3], one, two, today);
  return language === "fr" ? (dayFirst ?? monthFirst) : (monthFirst ?? dayFirst);
}

function dated(year: string | undefined, month: number, day: number, today: string): string | null {
  if (year) return iso(Number(year), month, day);
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
