import type { Product } from "../api/shapes";
import type { LineDraft } from "../sync/writing";
import { parseTable } from "./clipboard";
import { COLUMNS, type Column, keysOf, typed } from "./columns";
import type { GridState } from "./grid";
import { type LineProduct, lineProduct } from "./product";
import { productsByCode } from "./requests";
import type { Sheet } from "./sheet";
import { say } from "./words";

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
  let [taken, refused] = [0, 0];
  for (const [down, cells] of table.entries()) {
    const line = grid.lineAt(row + down);
    for (const [right, text] of cells.slice(skipped).entries()) {
      const column = COLUMNS[left + right];
      if (!line || !column || text === "") continue;
      const product = lineProduct(sheet.document.content, line);
      const result = typed(column, line, product, text, grid.reader());
      if ("fault" in result || result.writes.length === 0 || !grid.isEditable(line, column)) refused += 1;
      else {
        writes.push(...result.writes);
        taken += 1;
      }
    }
  }
  sheet.edit.setAll(writes);
  return [
    taken ? say("grid.pasted", { count: taken }) : "",
    refused ? say("grid.not_pasted", { count: refused }) : "",
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
  const drafts = known.map((row) => draftOf(row, found.get(row.code.toUpperCase()) as Product, grid));
  sheet.edit.addLines(drafts);
  const unknown = rows.filter((row) => !known.includes(row)).map(({ code }) => code);
  return [
    drafts.length > 0 ? say("grid.added", { count: drafts.length }) : "",
    unknown.length > 0 ? say("grid.unknown_codes", { codes: unknown.join(", ") }) : "",
  ]
    .join(" ")
    .trim();
}

/** `code, quantity`, or the columns of the grid from the product on: `code, size, quantity`. */
export function draftOf(row: NewRow, product: Product, grid: Pick<GridState, "reader">): LineDraft {
  const columns: readonly Column[] = row.cells.length === 1 ? [firstColumn(product)] : ["size", "quantity"];
  const values = new Map<string, string>();
  for (const [at, column] of columns.entries()) {
    const text = row.cells[at] ?? "";
    const result = text ? typed(column, "new", product, text, grid.reader()) : null;
    if (!result || "fault" in result) continue;
    for (const [key, value] of result.writes) {
      if (typeof value === "string" && keysOf(column, "new", product, "client").includes(key)) {
        values.set(key.slice("lines/new/".length), value);
      }
    }
  }
  return {
    product: product.id,
    ...(values.has("quantity") ? { quantity: values.get("quantity") as string } : {}),
    points: under("quantity/", values),
    dimensions: under("dimensions/", values),
  };
}

function firstColumn(product: LineProduct): Column {
  return product.sizing === "scale" ? "size" : "quantity";
}

function under(prefix: string, values: ReadonlyMap<string, string>): Record<string, string> {
  const found = [...values].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(prefix.length), value]));
}
