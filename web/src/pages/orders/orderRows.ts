import type { OrderRow, OrderTab, Side } from "../../api/shapes";

export interface Filter {
  side: Side;
  tab: OrderTab;
  q: string;
}

export const TABS: readonly OrderTab[] = [
  "mine",
  "draft",
  "waiting",
  "changed",
  "agreed",
  "amending",
  "closed",
  "all",
];

/** What to ask the server for a tab and a search. */
export function queryOf({ side, tab, q }: Filter): Record<string, string> {
  const state: Record<string, string> =
    tab === "all" ? {} : tab === "mine" ? { turn: "mine" } : { status: tab };
  return { side, q, ...state };
}

function belongs(row: OrderRow, { side, tab }: Filter): boolean {
  if (row.side !== side) return false;
  if (tab === "all") return true;
  return tab === "mine" ? row.turn === side : row.status === tab;
}

/**
 * The list after a row changed elsewhere: last changed first, without the row when it left the filter.
 * During a search a row that was not there stays out, because only the server knows whether it matches.
 */
export function withRow(rows: readonly OrderRow[], row: OrderRow, filter: Filter): OrderRow[] {
  const known = rows.some((one) => one.id === row.id);
  const others = rows.filter((one) => one.id !== row.id);
  if (!belongs(row, filter) || (!known && filter.q !== "")) return others;
  const at = others.findIndex((one) => one.changed_at <= row.changed_at);
  return at < 0 ? [...others, row] : [...others.slice(0, at), row, ...others.slice(at)];
}
