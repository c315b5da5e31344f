import { effect } from "@preact/signals";
import type { Content } from "../../order/order";
import { type Absence, absenceOf, snapshotOf } from "../../sync/absence";
import type { Sheet } from "../sheet";

const LONG_MS = 60_000;
// What was not taken is told right after what was saved.
const GRACE_MS = 400;

/** What one came back to. */
export interface Homecoming {
  readonly absence: Absence;
  readonly since: number;
  readonly isLong: boolean;
  readonly refused: number;
}

interface Away {
  readonly since: number;
  readonly role: string | undefined;
  readonly refusals: ReadonlySet<string>;
  before: Content | null;
  mine: ReadonlySet<string>;
}

/**
 * Notes how the order looked when the server was left, and tells what had happened once both are in
 * step again. It must follow before the connection is opened: the greeting may be there before anything is drawn.
 */
export function followAbsences(sheet: Sheet): () => void {
  const { connection, document } = sheet;
  const kept = sheet.visit?.lastSeen ?? null;
  const known = () => new Set(connection.refusals.peek().map(({ id }) => id));
  const leave = (since: number): Away => {
    const role = connection.hello.peek()?.role;
    return { since, role, refusals: known(), before: null, mine: new Set() };
  };
  let away: Away | null = kept ? leave(kept) : null;
  let greeting = connection.hello.peek();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const come = () => {
    const gone = away;
    if (!gone?.before) return;
    away = null;
    const { before, mine, since } = gone;
    const fresh = connection.refusals.peek().filter(({ id }) => !gone.refusals.has(id));
    const cells = new Set(fresh.map(({ cell }) => cell));
    const told = absenceOf(before, document.content, mine, cells, sheet.side.peek());
    const isLowered = gone.role !== "viewer" && connection.hello.peek()?.role === "viewer";
    const absence: Absence = isLowered ? { ...told, turns: [...told.turns, "read_only"] } : told;
    sheet.homecoming.value = { absence, since, isLong: Date.now() - since > LONG_MS, refused: fresh.length };
  };
  const stop = effect(() => {
    const kind = connection.status.value.kind;
    const hello = connection.hello.value;
    const isSettled = kind === "live" && connection.unsaved.value === 0;
    if (kind === "offline") away ??= leave(Date.now());
    // The greeting comes before the first synchronisation: this is what one had before one's eyes.
    if (away && hello !== greeting && kind !== "live") {
      away.before = snapshotOf(document.content);
      away.mine = new Set(connection.unsavedCells.peek());
    }
    greeting = hello;
    clearTimeout(waiting);
    if (isSettled && away) waiting = setTimeout(come, GRACE_MS);
  });
  return () => {
    clearTimeout(waiting);
    stop();
  };
}
