import { batch, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useSheet } from "../sheet/context";
import { type HistoryEntry, history } from "../sheet/requests";
import type { Sheet } from "../sheet/sheet";
import { type Decision, decisions, isSame, wouldWrite } from "./decisions";

/** A cell that a robot wrote last. */
export interface Written {
  readonly name: string;
  readonly at: string;
  readonly rule: string;
  readonly after: unknown;
}

const GATHER_MS = 400;
// A dry run writes nothing, so nothing in the order tells of it.
const LOOK_AGAIN_MS = 20_000;
const CELLS = /^supplier\/lines\/[^/]+\//;

/** What robots did in one order: the cells that they wrote last, and, for the supplier, what they decided. */
export class Robots {
  readonly written = signal<ReadonlyMap<string, Written>>(new Map());
  readonly decisions = signal<readonly Decision[]>([]);
  readonly next = signal<string | null>(null);
  readonly failed = signal(false);

  constructor(private readonly sheet: Sheet) {}

  /** The robot that wrote what stands in a cell of the supplier's, if one did. */
  writerOf(address: string): Written | null {
    const written = this.written.value.get(address);
    if (!written || written.after === null) return null;
    return isSame(written.after, this.sheet.document.cell(address).value) ? written : null;
  }

  valueAt = (address: string): unknown => this.sheet.document.cell(address).value;

  async read(): Promise<void> {
    const { orderId } = this.sheet.connection;
    const isOurs = this.sheet.side.value === "supplier";
    try {
      const [changes, decided] = await Promise.all([
        history(orderId, null),
        isOurs ? decisions(orderId, null) : { items: [], next: null },
      ]);
      batch(() => {
        this.written.value = writtenIn(changes.items);
        this.decisions.value = decided.items;
        this.next.value = decided.next;
        this.failed.value = false;
      });
    } catch {
      // The values themselves are there; who wrote them is told when the network is back.
      this.failed.value = true;
    }
  }

  async more(): Promise<void> {
    const page = await decisions(this.sheet.connection.orderId, this.next.value);
    batch(() => {
      this.decisions.value = [...this.decisions.value, ...page.items];
      this.next.value = page.next;
    });
  }

  /** Read now, and whenever somebody else changes a line of the supplier's. Gives the way to stop. */
  follow(): () => void {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => void this.read(), GATHER_MS);
    };
    const stop = this.sheet.document.watch((addresses) => {
      if (addresses.some((address) => CELLS.test(address) || address.startsWith("record/signatures"))) soon();
    });
    const back = () => document.visibilityState === "visible" && soon();
    const looking = setInterval(() => this.sheet.side.value === "supplier" && back(), LOOK_AGAIN_MS);
    document.addEventListener("visibilitychange", back);
    void this.read();
    return () => {
      clearTimeout(waiting);
      clearInterval(looking);
      document.removeEventListener("visibilitychange", back);
      stop();
    };
  }
}

/** The cells whose last writer, in a page of the history, is a robot. */
export function writtenIn(entries: readonly HistoryEntry[]): Map<string, Written> {
  const written = new Map<string, Written>();
  for (const entry of [...entries].sort((one, other) => one.id - other.id)) {
    if (!CELLS.test(entry.cell)) continue;
    if (entry.role !== "bot") written.delete(entry.cell);
    else {
      const { name, at, rule, after } = entry;
      written.set(entry.cell, { name, at, rule: rule ?? "", after });
    }
  }
  return written;
}

const KNOWN = new WeakMap<Sheet, Robots>();

/** What robots did in the open order. */
export function useRobots(): Robots {
  const sheet = useSheet();
  const robots = KNOWN.get(sheet) ?? new Robots(sheet);
  KNOWN.set(sheet, robots);
  return robots;
}

/** Whether a robot wrote one of these cells last, or would write it. */
export function hasRobot(robots: Robots, keys: readonly string[]): boolean {
  const addresses = robotAddresses(keys);
  if (addresses.some((address) => robots.writerOf(address))) return true;
  return wouldWrite(robots.decisions.value, addresses, robots.valueAt) !== null;
}

/** Keep up with the robots for as long as the order is open. */
export function useFollowingRobots(): void {
  const robots = useRobots();
  useEffect(() => robots.follow(), [robots]);
}

/** The cells of the supplier's that a grid's cell or a line shows, by their addresses. */
export function robotAddresses(keys: readonly string[]): string[] {
  const [first = ""] = keys;
  const line = /^(lines\/[^/]+\/)quantity/.exec(first)?.[1];
  const later = line
    ? [...keys.map((key) => key.replace("/quantity", "/backorder_quantity")), `${line}backorder_date`]
    : [];
  return [...keys, ...later].map((key) => `supplier/${key}`);
}
