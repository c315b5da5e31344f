import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Page, Product } from "../api/shapes";
import {
  after,
  change,
  keyOf,
  type Level,
  type LevelKey,
  only,
  type Values,
  valuesOf,
  type Wanted,
} from "./level";
import { type Answer, Saver } from "./saver";

export type Loading = "loading" | "failed" | "ready" | "more";

const PAGE = 100;
const MOST = 200;

/** One's stock as it is read and written: pages of levels, what is typed over them, and the way back. */
export class StockBook {
  readonly saver: Saver;
  readonly state = signal<Loading>("loading");
  /** Why the levels could not be read last. */
  readonly trouble = signal<Problem | null>(null);
  readonly next = signal<string | null>(null);
  readonly query = signal("");
  /** Whether all levels are asked for, and not only some. */
  readonly isWhole = signal(true);
  /** Products of levels that have a variant, for the names of choices. */
  readonly products = signal<ReadonlyMap<string, Product>>(new Map());
  private readonly known = signal<readonly Level[]>([]);
  private readonly added = signal<readonly Level[]>([]);
  private readonly before: (readonly { readonly level: Level; readonly values: Partial<Values> }[])[] = [];
  private asking = new AbortController();
  private isShort = false;
  /** Puts other levels in sight; whoever has a place among them keeps it. */
  keepPlace: (change: () => void) => void = batch;

  /**
   * The levels in sight, as they will be once everything is saved. Those just added stay first, also once they are
   * saved: a row must not move from under the hands that fill it.
   */
  readonly levels: ReadonlySignal<readonly Level[]> = computed(() => {
    const pending = this.saver.pending.value;
    const known = new Map(this.known.value.map((level) => [keyOf(level), level]));
    const first = this.added.value.map((level) => known.get(keyOf(level)) ?? level);
    for (const level of first) known.delete(keyOf(level));
    return [...first, ...known.values()].map((level) => after(level, pending.get(keyOf(level))));
  });

  constructor(kept: readonly Wanted[], keep: (rows: readonly Wanted[]) => void) {
    this.saver = new Saver({
      put: (rows, key) => api.put<Answer>("/api/stock", { rows }, { "Idempotency-Key": key }),
      keep,
      newKey: () => crypto.randomUUID(),
      later: (does, milliseconds) => {
        const waiting = setTimeout(does, milliseconds);
        return () => clearTimeout(waiting);
      },
    });
    this.saver.onSaved = (rows) => this.take(rows);
    if (kept.length > 0) this.saver.set(kept);
  }

  /** The first page of what a search finds; `isShort`: only of what open orders want more than there is. */
  async search(query: string, isShort = false): Promise<void> {
    this.query.value = query;
    this.isShort = isShort;
    this.isWhole.value = query === "" && !isShort;
    this.added.value = [];
    this.asking.abort();
    this.asking = new AbortController();
    this.state.value = "loading";
    const { signal: given } = this.asking;
    if ((await this.read(() => 1, given)) || given.aborted) return;
    // What another search found is no answer to this one.
    this.known.value = [];
    this.next.value = null;
    this.state.value = "failed";
  }

  /** The same once more, after it failed. */
  async searchAgain(): Promise<void> {
    await this.search(this.query.value, this.isShort);
  }

  async more(): Promise<void> {
    const { value: from } = this.next;
    if (from === null || this.state.value !== "ready") return;
    const { signal: given } = this.asking;
    this.state.value = "more";
    try {
      const page = await this.page(from, PAGE, given);
      // What was read anew meanwhile goes on elsewhere: this page would leave a gap in it.
      if (given.aborted || this.next.value !== from) return;
      batch(() => {
        this.known.value = [...this.known.value, ...page.items];
        this.next.value = page.next;
        this.state.value = "ready";
      });
      void this.learn(page.items);
    } catch {
      if (!given.aborted) this.state.value = "ready";
    }
  }

  /** Read again what is in sight: orders and programs change it too. */
  async refresh(): Promise<void> {
    if (this.state.value !== "ready") return;
    await this.read(() => Math.max(PAGE, this.known.value.length), this.asking.signal);
  }

  /** Take what was typed, as one act that can be undone. */
  set(wanted: readonly Wanted[]): void {
    if (wanted.length === 0) return;
    const levels = new Map(this.levels.value.map((level) => [keyOf(level), level]));
    const before = wanted.flatMap((one) => {
      const level = levels.get(keyOf(one));
      return level ? [{ level, values: only(valuesOf(level), one) }] : [];
    });
    this.before.push(before);
    this.saver.set(wanted);
  }

  /** Put one's own values over those that somebody else set meanwhile, having seen them. */
  insist(key: LevelKey): void {
    const mine = this.saver.pending.value.get(key);
    if (mine && this.presentOf(key)) this.saver.set([mine]);
  }

  /** Leave what somebody else set meanwhile, and forget one's own. */
  giveWay(key: LevelKey): void {
    const present = this.presentOf(key);
    if (!present) return;
    this.saver.drop(key);
    this.show(new Map([[key, present]]));
    if (this.saver.pending.value.size === 0) void this.refresh();
  }

  /** What somebody else set while one changed it oneself. */
  presentOf(key: LevelKey): Values | null {
    return this.saver.faults.value.get(key)?.present ?? null;
  }

  /** Take back one's own last act. False when there is none. */
  undo(): boolean {
    const last = this.before.pop();
    if (!last) return false;
    const levels = new Map(this.levels.value.map((level) => [keyOf(level), level]));
    this.saver.set(last.map(({ level, values }) => change(levels.get(keyOf(level)) ?? level, values)));
    return true;
  }

  /** Put levels that are not followed yet at the top, to be filled; the first of them. */
  follow(levels: readonly Level[]): LevelKey | null {
    const there = new Set(this.levels.value.map(keyOf));
    const fresh = levels.filter((level) => !there.has(keyOf(level)));
    this.added.value = [...fresh, ...this.added.value];
    void this.learn(fresh);
    const [first] = levels;
    return first ? keyOf(first) : null;
  }

  close(): void {
    this.asking.abort();
    this.saver.stop();
  }

  /** False where nothing was read: what was known stays. `atLeast`: how many levels, asked anew after each page. */
  private async read(atLeast: () => number, given: AbortSignal): Promise<boolean> {
    const items: Level[] = [];
    let next: string | null = null;
    try {
      do {
        const page: Page<Level> = await this.page(next, atLeast() > PAGE ? MOST : PAGE, given);
        items.push(...page.items);
        next = page.next;
      } while (next !== null && items.length < atLeast());
    } catch (cause) {
      this.trouble.value = asProblem(cause);
      return false;
    }
    if (given.aborted) return false;
    this.keepPlace(() =>
      batch(() => {
        this.known.value = items;
        this.next.value = next;
        this.state.value = "ready";
      }),
    );
    void this.learn(items);
    return true;
  }

  private page(from: string | null, limit: number, given: AbortSignal): Promise<Page<Level>> {
    return api.get<Page<Level>>(
      "/api/stock",
      { q: this.query.value, short: this.isShort || null, after: from, limit },
      given,
    );
  }

  /** What was saved is so; what follows from it, such as what is reserved, is read again when all is saved. */
  private take(rows: readonly Wanted[]): void {
    this.show(new Map(rows.map((wanted) => [keyOf(wanted), wanted])));
    if (this.saver.pending.value.size === 0) void this.refresh();
  }

  private show(values: ReadonlyMap<LevelKey, Partial<Values>>): void {
    const shown = (level: Level) => after(level, values.get(keyOf(level)));
    batch(() => {
      this.known.value = this.known.value.map(shown);
      this.added.value = this.added.value.map(shown);
    });
  }

  private async learn(levels: readonly Level[]): Promise<void> {
    const ids = new Set(levels.filter(({ variant }) => variant !== "").map(({ product_id }) => product_id));
    for (const id of ids) {
      if (this.products.value.has(id)) continue;
      // Without its product a variant is shown by its keys, which say nearly as much.
      const product = await api.get<Product>(`/api/products/${id}`).catch(() => null);
      if (product) this.products.value = new Map([...this.products.value, [id, product]]);
    }
  }
}
