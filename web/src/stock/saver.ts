import { type ReadonlySignal, signal } from "@preact/signals";
import { asProblem, type Problem } from "../api/problem";
import { keyOf, type LevelKey, leftOf, only, together, type Values, type Wanted } from "./level";

/** What is wrong with a level: its field (`on_hand`, `arrivals`, or another) and a sentence. */
export interface Fault {
  readonly field: string;
  readonly message: string;
  /** Where somebody else set it meanwhile: what he set, which stays. */
  readonly present?: Values | null;
}

/** What the server answered to some rows: those it left out, counted from 0, and why. */
export interface Answer {
  readonly errors: readonly (Fault & { readonly row: number })[];
}

export type Saving = "saved" | "saving" | "waiting" | "refused";

/** How levels are sent, kept on this device meanwhile, and when. */
export interface Outside {
  readonly put: (rows: readonly Wanted[], key: string) => Promise<Answer>;
  readonly keep: (rows: readonly Wanted[]) => void;
  readonly newKey: () => string;
  readonly later: (does: () => void, milliseconds: number) => () => void;
}

export const AT_ONCE = 50;
const GATHER_MS = 350;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

interface Batch {
  readonly key: string;
  readonly rows: readonly Wanted[];
}

/**
 * Sends what was typed, a few rows at a time, each batch under one idempotency key however often it is sent.
 *
 * Nothing is lost: what is not saved yet is kept on the device, what the network swallowed is sent again, and what
 * was refused stays with its reason until it is typed again.
 */
export class Saver {
  private readonly rows = signal<ReadonlyMap<LevelKey, Wanted>>(new Map());
  private readonly wrong = signal<ReadonlyMap<LevelKey, Fault>>(new Map());
  private readonly standing = signal<Saving>("saved");
  private readonly trouble = signal<Problem | null>(null);
  private flying: Batch | null = null;
  private failed: Batch | null = null;
  private tries = 0;
  private stopWaiting: () => void = () => undefined;
  /** Called with what was just saved. */
  onSaved: (rows: readonly Wanted[]) => void = () => undefined;

  constructor(private readonly outside: Outside) {}

  /** What is wanted and not saved yet. */
  get pending(): ReadonlySignal<ReadonlyMap<LevelKey, Wanted>> {
    return this.rows;
  }

  get faults(): ReadonlySignal<ReadonlyMap<LevelKey, Fault>> {
    return this.wrong;
  }

  get state(): ReadonlySignal<Saving> {
    return this.standing;
  }

  /** Why the last batch did not arrive, while it waits to be sent again. */
  get problem(): ReadonlySignal<Problem | null> {
    return this.trouble;
  }

  set(wanted: readonly Wanted[]): void {
    const rows = new Map(this.rows.value);
    const faults = new Map(this.wrong.value);
    for (const one of wanted) {
      const key = keyOf(one);
      rows.set(key, awareOf(together(rows.get(key), one), faults.get(key)?.present));
      faults.delete(key);
    }
    this.rows.value = rows;
    this.wrong.value = faults;
    this.settle();
    if (!this.flying && !this.failed) this.wait(GATHER_MS);
  }

  /** Forget what was wanted of a level. */
  drop(key: LevelKey): void {
    const rows = new Map(this.rows.value);
    const faults = new Map(this.wrong.value);
    rows.delete(key);
    faults.delete(key);
    this.rows.value = rows;
    this.wrong.value = faults;
    this.settle();
  }

  /** Send now what waits for the network. */
  retry(): void {
    this.wait(0);
  }

  stop(): void {
    this.stopWaiting();
  }

  private wait(milliseconds: number): void {
    this.stopWaiting();
    this.stopWaiting = this.outside.later(() => void this.send(), milliseconds);
  }

  private sendable(): Wanted[] {
    return [...this.rows.value].filter(([key]) => !this.wrong.value.has(key)).map(([, wanted]) => wanted);
  }

  private next(): Batch | null {
    if (this.failed) return this.failed;
    const rows = this.sendable().slice(0, AT_ONCE);
    return rows.length > 0 ? { key: this.outside.newKey(), rows } : null;
  }

  private async send(): Promise<void> {
    const batch = this.flying ? null : this.next();
    if (!batch) return;
    this.flying = batch;
    this.failed = null;
    this.settle();
    try {
      const answer = await this.outside.put(batch.rows, batch.key);
      this.flying = null;
      this.tries = 0;
      this.trouble.value = null;
      this.take(batch, answer);
    } catch (cause) {
      this.flying = null;
      this.fail(batch, asProblem(cause));
    }
    this.settle();
    if (!this.failed && this.sendable().length > 0) this.wait(0);
  }

  private take(batch: Batch, answer: Answer): void {
    const wrong = new Map(answer.errors.map(({ row, ...fault }) => [row, fault]));
    const rows = new Map(this.rows.value);
    const faults = new Map(this.wrong.value);
    batch.rows.forEach((wanted, at) => {
      const key = keyOf(wanted);
      const fault = wrong.get(at);
      const now = rows.get(key);
      if (now === undefined || (fault && now !== wanted)) return;
      const left = leftOf(now, wanted);
      if (fault) faults.set(key, fault);
      else if (left) rows.set(key, left);
      else rows.delete(key);
    });
    this.rows.value = rows;
    this.wrong.value = faults;
    this.onSaved(batch.rows.filter((_, at) => !wrong.has(at)));
  }

  /** A refusal of the whole is told at each of its rows; anything else is tried again. */
  private fail(batch: Batch, problem: Problem): void {
    this.trouble.value = problem;
    if (isFinal(problem)) {
      const told = batch.rows.filter((wanted) => this.rows.value.get(keyOf(wanted)) === wanted);
      const fault = { field: "on_hand", message: problem.detail };
      this.wrong.value = new Map([...this.wrong.value, ...told.map((one) => [keyOf(one), fault] as const)]);
      return;
    }
    this.failed = batch;
    this.tries += 1;
    this.wait(problem.retryAfter ? problem.retryAfter * 1000 : pauseBefore(this.tries));
  }

  private settle(): void {
    this.outside.keep([...this.rows.value.values()]);
    if (this.failed) this.standing.value = "waiting";
    else if (this.sendable().length > 0) this.standing.value = "saving";
    else this.standing.value = this.wrong.value.size > 0 ? "refused" : "saved";
  }
}

/** Who was told what stands has seen it. */
function awareOf(wanted: Wanted, present: Values | null | undefined): Wanted {
  return present ? { ...wanted, seen: { ...wanted.seen, ...only(present, wanted) } } : wanted;
}

/** How long to wait before the next try, in milliseconds. */
export function pauseBefore(tries: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
}

function isFinal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}
