import { api } from "../api/client";
import type { Page } from "../api/shapes";

/** What a robot decided about one line, for the supplier alone. */
export interface Decision {
  readonly id: string;
  readonly line: string;
  readonly state: "written" | "would_write" | "undone";
  readonly cells: readonly DecidedCell[];
  readonly rule: string;
  readonly event: number;
  readonly reason: string;
  /** It now leaves the cell to people. */
  readonly last: boolean;
  readonly at: string;
  readonly undone_at: string | null;
  readonly undone_by: string | null;
}

export interface DecidedCell {
  readonly cell: string;
  readonly before: unknown;
  readonly after: unknown;
}

export function decisions(orderId: string, after: string | null): Promise<Page<Decision>> {
  return api.get(`/api/orders/${orderId}/bot-decisions`, { after });
}

export function undoDecision(orderId: string, id: string): Promise<Decision> {
  return api.post<Decision>(`/api/orders/${orderId}/bot-decisions/${id}/undo`);
}

/** Whether two values of a cell are the same; a cell without a value holds nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

type ValueAt = (address: string) => unknown;

/** Whether something of what was written still stands, so that there is something to undo. */
export function stands(decision: Decision, valueAt: ValueAt): boolean {
  if (decision.state !== "written") return false;
  return decision.cells.some(({ cell, after }) => isSame(after, valueAt(cell)));
}

/** The newest decision that stands about one of these cells. */
export function standingFor(
  all: readonly Decision[],
  addresses: readonly string[],
  valueAt: ValueAt,
): Decision | null {
  const found = all.find(
    (decision) =>
      decision.state === "written" &&
      decision.cells.some(({ cell, after }) => addresses.includes(cell) && isSame(after, valueAt(cell))),
  );
  return found ?? null;
}

/** What a dry run would write now in one of these cells; null where it says nothing, or nothing new. */
export function wouldWrite(
  all: readonly Decision[],
  addresses: readonly string[],
  valueAt: ValueAt,
): DecidedCell | null {
  const newest = all.find(({ cells }) => cells.some(({ cell }) => addresses.includes(cell)));
  if (newest?.state !== "would_write") return null;
  return (
    newest.cells.find(({ cell, after }) => addresses.includes(cell) && !isSame(after, valueAt(cell))) ?? null
  );
}
