import { describe, expect, test } from "vitest";
import { EMPTY, type Entry, enter, type Ledger, unsavedCells, unsavedSince } from "./ledger";

const edit = (at: number, cell = "client/reference"): Entry => ({
  kind: "edited",
  id: `e${at}`,
  at,
  cells: [cell],
});
const sent = (frame: "step1" | "step2" | "update" | "other"): Entry => ({ kind: "sent", frame });
const saved = (through: number): Entry => ({ kind: "saved", through });
const ledgerOf = (...entries: Entry[]): Ledger => entries.reduce(enter, EMPTY);

describe("the ledger of unsaved edits", () => {
  test("an edit made before the handshake is unsaved, and is saved with step 2", () => {
    const waiting = ledgerOf(edit(10), sent("step1"));
    expect(waiting.edits).toHaveLength(1);
    expect(enter(enter(waiting, sent("step2")), saved(1)).edits).toHaveLength(0);
  });

  test("only messages that carry an update are counted", () => {
    const ledger = ledgerOf(
      sent("step1"),
      sent("other"),
      sent("step2"),
      edit(1),
      sent("other"),
      sent("update"),
    );
    expect(ledger.sent).toBe(2);
    expect(enter(ledger, saved(1)).edits).toHaveLength(1);
    expect(enter(ledger, saved(2)).edits).toHaveLength(0);
  });

  test("an edit that no message carries yet is not covered by any number", () => {
    expect(enter(ledgerOf(sent("step2"), edit(1)), saved(9)).edits).toHaveLength(1);
  });

  test("a new connection counts from zero and carries what was not saved", () => {
    const lost = ledgerOf(sent("step2"), edit(1), sent("update"), edit(2), sent("update"), saved(2), {
      kind: "disconnected",
    });
    expect(lost).toMatchObject({ sent: 0, edits: [{ at: 2, message: null }] });
    expect(enter(lost, saved(3)).edits).toHaveLength(1);
    expect(enter(enter(lost, sent("step2")), saved(1)).edits).toHaveLength(0);
  });

  test("an edit of another tab counts once, and is settled by whoever hears of it", () => {
    const both = ledgerOf(edit(1), edit(2), edit(2));
    expect(both.edits).toHaveLength(2);
    const left = enter(both, { kind: "settled", ids: ["e1", "gone"] });
    expect(left.edits.map(({ id }) => id)).toEqual(["e2"]);
  });

  test("it tells since when and in which cells", () => {
    const ledger = ledgerOf(edit(5, "client/reference"), edit(7, "client/lines/a/quantity"));
    expect(unsavedSince(ledger)).toBe(5);
    expect([...unsavedCells(ledger)]).toEqual(["client/reference", "client/lines/a/quantity"]);
    expect(unsavedSince(EMPTY)).toBeNull();
  });
});
