import { expect, test } from "vitest";
import { contentOf } from "../order/order";
import { absenceOf, isNothing, snapshotOf } from "./absence";

const LINE = { "lines/a/product": "p1", "lines/a/quantity": "12", "lines/a/position": "1" };
const of = (client: object, more: object = {}) => contentOf({ client, ...more });
const none = new Set<string>();

test("nothing that happened is nothing to tell", () => {
  const told = absenceOf(of(LINE), of(LINE), none, none, "client");
  expect(isNothing(told)).toBe(true);
});

test("what others changed is told with what one saw and what stands", () => {
  const after = of(LINE, { supplier: { "lines/a/quantity": "8" } });
  const told = absenceOf(of(LINE), after, none, none, "client");
  expect(told.theirs).toEqual([{ address: "supplier/lines/a/quantity", before: "12", after: "8" }]);
  expect(told.isCrossed).toBe(false);
});

test("one's own edit that took effect is one's own; a place in the list is not told", () => {
  const mine = new Set(["client/lines/a/quantity", "client/lines/a/position"]);
  const told = absenceOf(of(LINE), of(LINE), mine, none, "client");
  expect(told.mine.map(({ address }) => address)).toEqual(["client/lines/a/quantity"]);
});

test("what was refused is told by its refusal alone", () => {
  const cell = new Set(["client/lines/a/quantity"]);
  const after = of({ ...LINE, "lines/a/quantity": "10" });
  const told = absenceOf(of(LINE), after, cell, cell, "client");
  expect([told.mine, told.theirs, told.replaced]).toEqual([[], [], []]);
});

test("both on one line is worth a look", () => {
  const after = of(LINE, { supplier: { freight: "5", "lines/a/unit_price": "9" } });
  const told = absenceOf(of(LINE), after, new Set(["client/lines/a/quantity"]), none, "client");
  expect(told.isCrossed).toBe(true);
});

test("both on one line is worth a look where one's own edit was refused, and both on none of a line is not", () => {
  const freight = of(LINE, { supplier: { freight: "9" } });
  const price = of(LINE, { supplier: { "lines/a/unit_price": "9" } });
  const refused = new Set(["client/lines/a/quantity"]);
  expect(absenceOf(of(LINE), price, none, refused, "client").isCrossed).toBe(true);
  expect(absenceOf(of(LINE), freight, new Set(["client/reference"]), none, "client").isCrossed).toBe(false);
});

test("what somebody of one's own company wrote over it is told with both values, and once", () => {
  const after = of({ ...LINE, "lines/a/quantity": "20" });
  const told = absenceOf(of(LINE), after, new Set(["client/lines/a/quantity"]), none, "client");
  expect(told.replaced).toEqual([{ address: "client/lines/a/quantity", before: "12", after: "20" }]);
  expect([told.mine, told.theirs, told.isCrossed]).toEqual([[], [], true]);
});

test("a note that others typed in too is one's own, and replaced by nobody", () => {
  const told = absenceOf(of({}), of({}, { note: "Lundi, merci" }), new Set(["note"]), none, "client");
  expect([told.mine.map(({ address }) => address), told.replaced]).toEqual([["note"], []]);
});

test("a line that somebody moved is not told", () => {
  const told = absenceOf(of(LINE), of({ ...LINE, "lines/a/position": "2" }), none, none, "supplier");
  expect(isNothing(told)).toBe(true);
});

test("a line that came is told once", () => {
  const after = of({ ...LINE, "lines/b/product": "p2", "lines/b/quantity": "3", "lines/b/position": "2" });
  const told = absenceOf(of(LINE), after, none, none, "supplier");
  expect(told.theirs.map(({ address }) => address)).toEqual(["client/lines/b/product"]);
});

test("what became of the order is told: signed by the other, agreed, being changed, closed", () => {
  const record = {
    "signatures/client": { digest: "d" },
    "signatures/supplier": { digest: "d" },
    agreed: { revision: 1 },
    closing: { kind: "cancelled" },
  };
  const told = absenceOf(of(LINE), of(LINE, { record }), none, none, "client");
  expect(told.turns).toEqual(["signed", "agreed", "closed"]);
  expect(isNothing(told)).toBe(false);
});

test("only what came meanwhile became of the order: of signatures, the other company's", () => {
  const before = of(LINE, { record: { agreed: { revision: 1 }, "signatures/client": { digest: "d" } } });
  const record = { amending: { side: "client" }, "signatures/client": { digest: "d" } };
  const turns = (after: object, side: "client" | "supplier") =>
    absenceOf(before, of(LINE, { record: after }), none, none, side).turns;
  for (const side of ["client", "supplier"] as const) expect(turns(record, side)).toEqual(["amending"]);
  const signed = { ...record, "signatures/client": { digest: "e" } };
  expect(turns(signed, "client")).toEqual(["amending"]);
  expect(turns(signed, "supplier")).toEqual(["signed", "amending"]);
});

test("a snapshot does not follow what it was taken of", () => {
  const content = of(LINE);
  const before = snapshotOf(content);
  (content.client as Map<string, unknown>).set("lines/a/quantity", "1");
  expect(before.client.get("lines/a/quantity")).toBe("12");
});
