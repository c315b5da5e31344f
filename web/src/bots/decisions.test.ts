import { expect, test } from "vitest";
import type { HistoryEntry } from "../sheet/requests";
import { type Decision, standingFor, stands, wouldWrite } from "./decisions";
import { robotAddresses, writtenIn } from "./robots";
import { type BotForm, faultsIn, formOf, settingsOf } from "./settings";

const QUANTITY = "supplier/lines/a/quantity";
const DECISION: Decision = {
  id: "d1",
  line: "a",
  state: "written",
  cells: [
    { cell: QUANTITY, before: null, after: "4" },
    { cell: "supplier/lines/a/backorder_quantity", before: null, after: "8" },
  ],
  rule: "stock",
  event: 2,
  reason: "Il en reste 4.",
  last: false,
  at: "2026-11-23T14:02:11Z",
  undone_at: null,
  undone_by: null,
};
const having = (values: Record<string, unknown>) => (address: string) => values[address];

test("a decision stands while one of its cells does, and until it is undone", () => {
  expect(stands(DECISION, having({ [QUANTITY]: "4" }))).toBe(true);
  expect(stands(DECISION, having({ [QUANTITY]: "5" }))).toBe(false);
  expect(stands({ ...DECISION, state: "undone" }, having({ [QUANTITY]: "4" }))).toBe(false);
  expect(stands({ ...DECISION, state: "would_write" }, having({ [QUANTITY]: "4" }))).toBe(false);
});

test("the decision to undo at a cell is the newest that wrote what stands there", () => {
  const older = { ...DECISION, id: "d0", cells: [{ cell: QUANTITY, before: null, after: "6" }] };
  const found = (value: string) =>
    standingFor([DECISION, older], [QUANTITY], having({ [QUANTITY]: value }))?.id;
  expect([found("4"), found("6"), found("9")]).toEqual(["d1", "d0", undefined]);
});

test("a dry run is told where it differs from what stands, and only while it is the newest word", () => {
  const trial: Decision = { ...DECISION, id: "d2", state: "would_write" };
  expect(wouldWrite([trial], [QUANTITY], having({}))?.after).toBe("4");
  expect(wouldWrite([trial], [QUANTITY], having({ [QUANTITY]: "4" }))).toBeNull();
  expect(wouldWrite([DECISION, trial], [QUANTITY], having({}))).toBeNull();
});

test("a cell is a robot's until a person writes it", () => {
  const entry = (id: number, role: string, cell = QUANTITY): HistoryEntry => ({
    id,
    role,
    cell,
    at: "2026-11-23T14:02:11Z",
    before: null,
    after: String(id),
    name: role === "bot" ? "Stock" : "Luc",
    side: "supplier",
    rule: role === "bot" ? "stock 2" : null,
    reason: null,
  });
  expect([...writtenIn([entry(2, "bot"), entry(1, "supplier")]).values()]).toEqual([
    { name: "Stock", at: "2026-11-23T14:02:11Z", rule: "stock 2", after: "2" },
  ]);
  expect(writtenIn([entry(2, "supplier"), entry(1, "bot")]).size).toBe(0);
  expect(writtenIn([entry(1, "bot", "supplier/payment_terms")]).size).toBe(0);
});

test("the quantity's cell shows the back-order too", () => {
  expect(robotAddresses(["lines/a/quantity/M"])).toEqual([
    "supplier/lines/a/quantity/M",
    "supplier/lines/a/backorder_quantity/M",
    "supplier/lines/a/backorder_date",
  ]);
  expect(robotAddresses(["lines/a/unit_price"])).toEqual(["supplier/lines/a/unit_price"]);
});

const FORM: BotForm = {
  mode: "send_within_tolerance",
  percent: "12,5",
  days: "10",
  dryRun: false,
  reminds: false,
  remindDays: "3",
  paused: false,
};

test("the settings read back as they were written", () => {
  const settings = settingsOf(FORM);
  expect(settings).toMatchObject({ tolerance_percent: "12.5", tolerance_days: 10, reminder_days: null });
  expect(settingsOf(formOf(settings))).toEqual(settings);
  expect(settingsOf({ ...FORM, reminds: true }).reminder_days).toBe(3);
});

test("only what is in use must be sound", () => {
  const wrong = { ...FORM, percent: "101", days: "1.5", remindDays: "0" };
  expect(Object.keys(faultsIn(wrong))).toEqual(["tolerance_percent", "tolerance_days"]);
  expect(faultsIn({ ...wrong, mode: "propose" })).toEqual({});
  expect(Object.keys(faultsIn({ ...wrong, mode: "off", reminds: true }))).toEqual(["reminder_days"]);
});
