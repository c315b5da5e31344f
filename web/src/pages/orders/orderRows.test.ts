import { expect, test } from "vitest";
import type { OrderRow } from "../../api/shapes";
import { backoff, told } from "../lists/live";
import { type Filter, queryOf, withRow } from "./orderRows";

function row(id: string, minute: number, change: Partial<OrderRow> = {}): OrderRow {
  return {
    id,
    number: `2026-${id}`,
    side: "supplier",
    party: { id: "laurier", name: "Cuisines Laurier" },
    reference: null,
    status: "waiting",
    turn: "supplier",
    lines: 1,
    total: "10.00",
    currency: "CAD",
    promised_date: null,
    requested_date: null,
    changed_at: `2026-11-23T14:${String(minute).padStart(2, "0")}:00Z`,
    changed_by: "Luc",
    late: false,
    backorder: false,
    ...change,
  };
}

const mine: Filter = { side: "supplier", tab: "mine", q: "" };
const ids = (rows: OrderRow[]) => rows.map(({ id }) => id).join("");
const list = [row("c", 30), row("b", 20), row("a", 10)];

test("a row that changed comes first", () => {
  expect(ids(withRow(list, row("a", 40), mine))).toBe("acb");
});

test("a row that is told late finds its place in time", () => {
  expect(ids(withRow(list, row("d", 25), mine))).toBe("cdba");
  expect(ids(withRow(list, row("d", 5), mine))).toBe("cbad");
});

test("a row that is no longer one's turn leaves the tab of one's turn", () => {
  expect(ids(withRow(list, row("b", 40, { turn: "client" }), mine))).toBe("ca");
});

test("a row of the other side of the company stays out", () => {
  expect(ids(withRow(list, row("d", 40, { side: "client" }), { ...mine, tab: "all" }))).toBe("cba");
});

test("a row of another state leaves the tab of a state", () => {
  const waiting: Filter = { ...mine, tab: "waiting" };
  expect(ids(withRow(list, row("b", 40, { status: "agreed" }), waiting))).toBe("ca");
});

test("during a search only the rows already found are renewed", () => {
  const searching: Filter = { ...mine, q: "laurier" };
  expect(ids(withRow(list, row("d", 40), searching))).toBe("cba");
  expect(ids(withRow(list, row("a", 40), searching))).toBe("acb");
});

test("each tab asks for its own rows", () => {
  expect(queryOf(mine)).toEqual({ side: "supplier", q: "", turn: "mine" });
  expect(queryOf({ ...mine, tab: "agreed" })).toEqual({ side: "supplier", q: "", status: "agreed" });
  expect(queryOf({ ...mine, tab: "all" })).toEqual({ side: "supplier", q: "" });
});

test("only notices of rows and of the stock are heard", () => {
  expect(told(JSON.stringify({ type: "row", row: row("a", 1) }))).toMatchObject({ id: "a" });
  expect(told(JSON.stringify({ type: "stock" }))).toBe("stock");
  expect(told(JSON.stringify({ type: "other" }))).toBeNull();
  expect(told("not json")).toBeNull();
  expect(told(new ArrayBuffer(2))).toBeNull();
});

test("the wait before trying again grows, and has an end", () => {
  expect(backoff(1, 1)).toBe(1000);
  expect(backoff(3, 1)).toBe(4000);
  expect(backoff(3, 0)).toBe(2000);
  expect(backoff(50, 1)).toBe(30_000);
});
