import type { Product } from "../../api/shapes";
import { parseTable } from "../../grid/clipboard";
import type { LineDraft, Write } from "../../sync/writing";
import { countedProduct, isMeasured, isScale, type LineProduct } from "../product";
import { productsByCode } from "../requests";
import type { Sheet } from "../sheet";
import { say, sayOr } from "../words";
import { COLUMNS, type Column, type Reader, typed } from "./columns";
import type { GridState } from "./grid";

/** A pasted row that asks for a new line: a product's code, and what stands beside it. */
export interface NewRow {
  readonly code: string;
  readonly cells: readonly string[];
}

/** Pastes a table at the cursor: over the cells of lines that exist, and as new lines below the last one. */
export async function paste(sheet: Sheet, grid: GridState, text: string): Promise<void> {
  const table = parseTable(text);
  const { row, column } = grid.cursor.value.active;
  const count = sheet.lines.value.length;
  const over = table.slice(0, Math.max(0, count - row));
  const left = COLUMNS[column] === "product" && row < count ? column + 1 : column;
  const told = [pasteOver(sheet, grid, row, left, over, left - column)];
  const added = table.slice(over.length);
  if (added.length > 0) told.push(await addRows(sheet, grid, newRows(added)));
  grid.said.value = told.filter(Boolean).join(" ");
}

function pasteOver(
  sheet: Sheet,
  grid: GridState,
  row: number,
  left: number,
  table: readonly (readonly string[])[],
  skipped: number,
): string {
  const writes = [];
  let [taken, refused, why] = [0, 0, ""];
  for (const [down, cells] of table.entries()) {
    const line = grid.lineAt(row + down);
    for (const [right, text] of cells.slice(skipped).entries()) {
      const column = COLUMNS[left + right];
      if (!line || !column || text === "") continue;
      const product = countedProduct(sheet.document.content, line);
      const result = typed(column, line, product, text, grid.reader());
      if ("fault" in result || result.writes.length === 0 || !grid.isEditable(line, column)) {
        refused += 1;
        if ("fault" in result) why ||= sayOr("fault", result.fault, "");
      } else {
        writes.push(...result.writes);
        taken += 1;
      }
    }
  }
  sheet.edit.setAll(writes);
  return [
    taken ? say("grid.pasted", { count: taken }) : "",
    refused ? say("grid.not_pasted", { count: refused }) : "",
    why,
  ]
    .join(" ")
    .trim();
}

/** Rows that begin with a product's code, whatever column they were pasted into. */
export function newRows(table: readonly (readonly string[])[]): NewRow[] {
  return table
    .map((cells) => (cells[0]?.trim() === "" ? cells.slice(1) : cells))
    .map(([code = "", ...cells]) => ({ code: code.trim(), cells }))
    .filter(({ code }) => code !== "");
}

async function addRows(sheet: Sheet, grid: GridState, rows: readonly NewRow[]): Promise<string> {
  grid.said.value = say("grid.pasting");
  const supplier = sheet.record("parties/supplier") as { id?: string } | undefined;
  const found = await productsByCode(
    rows.map(({ code }) => code),
    sheet.side.value === "client" ? (supplier?.id ?? null) : null,
  );
  const known = rows.filter(({ code }) => found.has(code.toUpperCase()));
  const made = known.map((row) => draftOf(row, found.get(row.code.toUpperCase()) as Product, grid));
  sheet.edit.addLines(made.map(({ draft }) => draft));
  const refused = made.reduce((sum, row) => sum + row.refused, 0);
  const unknown = rows
    .filter((row, at) => !known.includes(row) && !(at === 0 && rows.length > 1 && isHead(row)))
    .map(({ code }) => code);
  return [
    made.length > 0 ? say("grid.added", { count: made.length }) : "",
    refused > 0 ? say("grid.not_pasted", { count: refused }) : "",
    unknown.length > 0 ? say("grid.unknown_codes", { codes: unknown.join(", ") }) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Whether a row of no known code names the columns below it: several words, and no figure. */
export function isHead({ code, cells }: NewRow): boolean {
  return cells.some((cell) => cell.trim() !== "") && ![code, ...cells].some((cell) => /\d/.test(cell));
}

/** What a pasted row becomes, and how many of its cells found no place in it. */
export interface Drafted {
  readonly draft: LineDraft;
  readonly refused: number;
}

/** `code, quantity`, or the columns of the grid from the product on: `code, size, quantity`; a name behind the code. */
export function draftOf(row: NewRow, product: Product, grid: Pick<GridState, "reader">): Drafted {
  const cells = withoutName(row.cells, product, grid.reader());
  const columns = columnsOf(cells, product, grid.reader());
  const values = new Map<string, string>();
  let refused = 0;
  for (const [at, text] of cells.entries()) {
    const column = columns[at];
    if (text.trim() === "" || column === "total") continue;
    const written = column ? writesOf(column, product, text, grid.reader()) : [];
    for (const [key, value] of written) {
      if (typeof value === "string") values.set(key.slice("lines/new/".length), value);
    }
    if (written.length === 0) refused += 1;
  }
  const quantity = values.get("quantity");
  return {
    draft: {
      product: product.id,
      ...(quantity === undefined ? {} : { quantity }),
      points: under("quantity/", values),
      dimensions: under("dimensions/", values),
    },
    refused,
  };
}

/** Spreadsheets put a product's name between its code and how many: what the catalogue knows is passed over. */
function withoutName(cells: readonly string[], product: LineProduct, reader: Reader): readonly string[] {
  const [first = "", ...others] = cells;
  const isName = others.length > 0 && /^\p{L}/u.test(first.trim());
  return isName && writesOf("size", product, first, reader).length === 0 ? others : cells;
}

function writesOf(column: Column, product: LineProduct, text: string, reader: Reader): readonly Write[] {
  const result = typed(column, "new", product, text, reader);
  return "writes" in result ? result.writes : [];
}

/** What the cells behind a code are. `total`: what follows from the others. What has no column is not taken. */
function columnsOf(cells: readonly string[], product: LineProduct, reader: Reader): readonly Column[] {
  const [first = ""] = cells;
  if (first.trim() === "") return ["size", "quantity"];
  if (isScale(product)) return ["size", "total"];
  if (!isMeasured(product) || cells.length === 1) return ["quantity"];
  const fits = (column: Column) => !("fault" in typed(column, "new", product, first, reader));
  return fits("quantity") && !fits("size") ? ["quantity"] : ["size", "quantity"];
}

function under(prefix: string, values: ReadonlyMap<string, string>): Record<string, string> {
  const found = [...values].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(prefix.length), value]));
}
