// @vitest-environment happy-dom
import { render } from "preact";
import { describe, expect, test } from "vitest";
import { at } from "../grid/cursor";
import type { ValueKind } from "../order/cells";
import { language } from "../words/catalogue";
import { COLUMNS, type Column } from "./cells/columns";
import { GridState } from "./cells/grid";
import { paste } from "./cells/paste";
import { Field } from "./Field";
import type { Sheet } from "./sheet";
import { drawn, setStage } from "./stage";

/** However a text comes into a cell, it is read by one rule: typed in the grid, typed in a field, or pasted. */

const stage = setStage();
const YEAR = new Date().getFullYear();
const NEXT = YEAR + 1;
const [YY] = `${NEXT}`.match(/..$/) ?? [];

const WAYS: Readonly<Record<string, (sheet: Sheet, column: Column, text: string) => void | Promise<void>>> = {
  "typed in the grid": (sheet, column, text) => {
    const grid = gridAt(sheet, column);
    grid.begin("");
    grid.commit(text);
  },
  "pasted from a spreadsheet": (sheet, column, text) => paste(sheet, gridAt(sheet, column), `${text}\r\n`),
  "typed in a field": async (_, column, text) => {
    const [kind, noun] = CELLS[column] as readonly [ValueKind, string];
    const unit = kind === "quantity" ? "pair" : null;
    await stage.draw(<Field label="x" kind={kind} noun={noun} line="a" unit={unit} />);
    const field = stage.page.querySelector("input") as HTMLInputElement;
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await drawn();
    render(null, stage.page);
  },
};

const CELLS: Readonly<Partial<Record<Column, readonly [ValueKind, string]>>> = {
  quantity: ["quantity", "quantity"],
  price: ["price", "unit_price"],
  delivery: ["date", "promised_date"],
};

function gridAt(sheet: Sheet, column: Column): GridState {
  const grid = new GridState(sheet);
  grid.cursor.value = at(0, COLUMNS.indexOf(column));
  return grid;
}

/** A text, what it is in French and in English, in an order in this currency. Null: it is refused. */
type Case = readonly [Column, string, string | null, (string | null)?, string?];

const CASES: readonly Case[] = [
  ["quantity", "12", "12"],
  ["quantity", "12,5", "12.5"],
  ["quantity", "12.50", "12.5"],
  ["quantity", " 1 234,5 ", "1234.5"],
  ["quantity", "1\u00a0234,5", "1234.5"],
  ["quantity", "1\u202f234\u202f567", "1234567"],
  ["quantity", "1'234", "1234"],
  ["quantity", "1,234", "1.234", "1234"],
  ["quantity", "3 paires", "3", null],
  ["quantity", "-3", null],
  ["quantity", "\u22123", null],
  ["quantity", "(3)", null],
  ["quantity", "1 2", null],
  ["quantity", "34 1/2", null],
  ["quantity", "50 %", null],
  ["quantity", "12,00 $", null],
  ["quantity", "beaucoup", null],
  ["price", "12,50", "12.5"],
  ["price", " 12,50\u00a0$ ", "12.5"],
  ["price", "1\u00a0234,50\u00a0$", "1234.5"],
  ["price", "1\u202f234,50\u00a0$\u00a0CA", "1234.5"],
  ["price", "$1,234.50", "1234.5"],
  ["price", "CA$12.50", "12.5"],
  ["price", "12,50 CAD", "12.5"],
  ["price", "12,50 $ US", null],
  ["price", "12,50 €", null],
  ["price", "£12.50", null],
  ["price", "12,50 $ US", "12.5", "12.5", "USD"],
  ["price", "US$12.50", "12.5", "12.5", "USD"],
  ["price", "12,50 $", "12.5", "12.5", "USD"],
  ["price", "12,50\u00a0€", "12.5", "12.5", "EUR"],
  ["price", "12,50 $", null, null, "EUR"],
  ["price", "12,50 CHF", "12.5", "12.5", "CHF"],
  ["price", "-12,50 $", null],
  ["price", "(12,50 $)", null],
  ["price", "7,5 %", null],
  ["delivery", `${NEXT}-03-05`, `${NEXT}-03-05`],
  ["delivery", `${NEXT}-03-05 00:00:00`, `${NEXT}-03-05`],
  ["delivery", `${NEXT}/03/05`, `${NEXT}-03-05`],
  ["delivery", `05/03/${NEXT}`, `${NEXT}-03-05`, `${NEXT}-05-03`],
  ["delivery", `05/03/${YY}`, `${NEXT}-03-05`, `${NEXT}-05-03`],
  ["delivery", `05-mars-${YY}`, `${NEXT}-03-05`],
  ["delivery", `5-Mar-${YY}`, `${NEXT}-03-05`],
  ["delivery", `5\u00a0mars ${NEXT}`, `${NEXT}-03-05`],
  ["delivery", `vendredi 5 mars ${NEXT}`, `${NEXT}-03-05`],
  ["delivery", `le 5 mars ${NEXT}`, `${NEXT}-03-05`],
  ["delivery", `Friday, March 5, ${NEXT}`, `${NEXT}-03-05`],
  ["delivery", `${NEXT}-02-30`, null],
  ["delivery", "12", null],
  ["delivery", "bientôt", null],
];

const SPOKEN = CASES.flatMap(([column, text, french, english = french, currency = "CAD"]) => [
  { column, text, spoken: "fr" as const, expected: french, currency },
  { column, text, spoken: "en" as const, expected: english, currency },
]);

describe.each(Object.entries(WAYS))("%s", (_, write) => {
  test.each(SPOKEN)("“$text” as a $column in $spoken is $expected in an order in $currency", async (one) => {
    const { column, text, spoken, expected, currency } = one;
    language.value = spoken;
    const side = column === "quantity" ? "client" : "supplier";
    const key = `lines/a/${CELLS[column]?.[1]}`;
    const sheet = stage.open({ side, record: { currency }, supplier: { "lines/a/unit_price": "99.99" } });
    const before = sheet.document.content[side].get(key);
    await write(sheet, column, text);
    expect(sheet.document.content[side].get(key)).toBe(expected ?? before);
  });
});

test("of what could not be pasted over cells the first reason is told", async () => {
  language.value = "fr";
  const sheet = stage.open({ side: "client" });
  const grid = gridAt(sheet, "quantity");
  await paste(sheet, grid, "4\r\nbeaucoup\r\n");
  expect(grid.said.value).toBe(
    "1 cellule collée. 1 cellule n’a pas pu être collée. Écrivez un nombre, par exemple 12,50.",
  );
});
