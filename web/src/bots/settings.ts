import { parseDecimal } from "../words";
import { say } from "./words";

export const MODES = ["off", "propose", "send_within_tolerance"] as const;
export type Mode = (typeof MODES)[number];

/** How a company's robots work, as `GET /api/bots` gives it. */
export interface BotSettings {
  readonly mode: Mode;
  readonly tolerance_percent: string;
  readonly tolerance_days: number;
  readonly dry_run: boolean;
  readonly reminder_days: number | null;
  readonly paused: boolean;
}

/** The same as a form holds it. */
export interface BotForm {
  readonly mode: Mode;
  readonly percent: string;
  readonly days: string;
  readonly dryRun: boolean;
  readonly reminds: boolean;
  readonly remindDays: string;
  readonly paused: boolean;
}

const USUAL_REMINDER = "3";

export function formOf(settings: BotSettings): BotForm {
  return {
    mode: settings.mode,
    percent: settings.tolerance_percent,
    days: String(settings.tolerance_days),
    dryRun: settings.dry_run,
    reminds: settings.reminder_days !== null,
    remindDays: settings.reminder_days === null ? USUAL_REMINDER : String(settings.reminder_days),
    paused: settings.paused,
  };
}

export function settingsOf(form: BotForm): BotSettings {
  return {
    mode: form.mode,
    tolerance_percent: parseDecimal(form.percent) ?? form.percent,
    tolerance_days: Number(form.days),
    dry_run: form.dryRun,
    reminder_days: form.reminds ? Number(form.remindDays) : null,
    paused: form.paused,
  };
}

/** What is wrong with a form, by field, in sentences. */
export function faultsIn(form: BotForm): Record<string, string> {
  const percent = parseDecimal(form.percent);
  const sends = form.mode === "send_within_tolerance";
  return {
    ...(sends && (percent === null || Number(percent) > 100) && { tolerance_percent: say("fault.percent") }),
    ...(sends && !isCount(form.days, 0) && { tolerance_days: say("fault.days") }),
    ...(form.reminds && !isCount(form.remindDays, 1) && { reminder_days: say("fault.remind") }),
  };
}

function isCount(text: string, least: number): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) >= least && Number(text) <= 365;
}
