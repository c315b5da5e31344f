import { signal } from "@preact/signals";
import { writeTable } from "../../grid/clipboard";
import { at, type Cursor, rangeOf, START } from "../../grid/cursor";
import { localToday } from "../../order/dates";
import { currencyOf } from "../../order/order";
import { countedProduct, lineProduct } from "../product";
import type { Sheet } from "../sheet";
import { language } from "../words";
import { COLUMNS, type Column, editingOf, keysOf, plainText, type Reader, typed } from "./columns";

/** A cell being edited in place. `fault`: the code of what is wrong with the text. */
export interface InPlace {
  readonly line: string;
  readonly column: Column;
  readonly text: string;
  readonly fault: string | null;
}

/** What the grid is doing: where its cursor is, what is being edited, which line's panel is open. */
export class GridState {
  readonly cursor = signal<Cursor>(START);
  readonly editing = signal<InPlace | null>(null);
  readonly panel = signal<string | null>(null);
  /** The cell or line that a comment was asked for. */
  readonly commenting = signal<string | null>(null);
  /** One sentence about what was just done, for everybody and for a screen reader. */
  readonly said = signal("");
  /** Whether the keyboard is in the grid, so that a redrawn cell takes the focus back. */
  readonly focused = signal(false);

  constructor(private readonly sheet: Sheet) {}

  reader(): Reader {
    const currency = currencyOf(this.sheet.document.content);
    return { side: this.sheet.side.value, currency, language: language.value, today: localToday() };
  }

  lineAt(row: number): string | null {
    return this.sheet.lines.value[row] ?? null;
  }

  /** Moves the cursor, and tells the others. */
  place(cursor: Cursor): void {
    this.cursor.value = cursor;
    this.said.value = "";
    const line = this.lineAt(cursor.active.row);
    const column = columnAt(cursor.active.column);
    this.sheet.connection.moveTo(line ? presenceKey(line, column) : "");
  }

  /** Whether a text typed into a cell would go anywhere. */
  isEditable(line: string, column: Column): boolean {
    const product = lineProduct(this.sheet.document.content, line);
    const [first] = keysOf(column, line, product, this.sheet.side.value);
    return first !== undefined && this.sheet.mayWrite(first);
  }

  /** Starts editing the active cell, with its own text or with what was typed. */
  begin(text: string | null): void {
    const { row, column: index } = this.cursor.value.active;
    const line = this.lineAt(row);
    const column = columnAt(index);
    if (!line) return;
    const { content } = this.sheet.document;
    const editing = editingOf(column, lineProduct(content, line));
    if (editing === "panel") this.panel.value = line;
    if (editing === "panel" || editing === "none" || !this.isEditable(line, column)) return;
    const own = editing === "points" ? "" : plainText(content, column, line, this.reader());
    this.editing.value = { line, column, text: text ?? own, fault: null };
  }

  /** Asks for a comment on the active cell. */
  comment(): void {
    const { row, column } = this.cursor.value.active;
    const line = this.lineAt(row);
    if (!line) return;
    const product = lineProduct(this.sheet.document.content, line);
    const [first] = keysOf(columnAt(column), line, product, this.sheet.side.value);
    this.commenting.value = first ?? `lines/${line}`;
  }

  /** Writes a text into a cell of the grid; gives the fault's code, or null when it was taken. */
  write(line: string, column: Column, text: string): string | null {
    const product = countedProduct(this.sheet.document.content, line);
    const result = typed(column, line, product, text, this.reader());
    if ("fault" in result) return result.fault;
    this.sheet.edit.setAll(result.writes);
    return null;
  }

  /** Takes what was typed, or keeps the editor open and says what is wrong. */
  commit(text: string): boolean {
    const editing = this.editing.value;
    if (!editing) return true;
    const unchanged =
      text === plainText(this.sheet.document.content, editing.column, editing.line, this.reader());
    const fault = unchanged ? null : this.write(editing.line, editing.column, text);
    this.editing.value = fault ? { ...editing, text, fault } : null;
    return fault === null;
  }

  /** Takes back one's own last act, or does it again. Always true: the key was ours. */
  undo(again: boolean): true {
    if (again) this.sheet.edit.redo();
    else this.sheet.edit.undo();
    return true;
  }

  /** Clears the cells of the range that one may write. */
  clearRange(): void {
    const { content } = this.sheet.document;
    const keys = this.cellsInRange().flatMap(({ line, column }) =>
      keysOf(column, line, lineProduct(content, line), this.sheet.side.value).slice(
        0,
        column === "size" || column === "quantity" ? undefined : 1,
      ),
    );
    this.sheet.edit.setAll(keys.map((key) => [key, null]));
  }

  /** The range as a spreadsheet takes it. */
  copied(): string {
    const range = rangeOf(this.cursor.value);
    const rows: string[][] = [];
    for (let row = range.top; row <= range.bottom; row += 1) {
      const line = this.lineAt(row);
      if (line) {
        const columns = COLUMNS.slice(range.left, range.right + 1);
        rows.push(
          columns.map((column) => plainText(this.sheet.document.content, column, line, this.reader())),
        );
      }
    }
    return writeTable(rows);
  }

  /** Puts the cursor on a line, where the row still is after others added or removed some. */
  goTo(line: string, column = 1): void {
    const row = this.sheet.lines.value.indexOf(line);
    if (row >= 0) this.place(at(row, column));
  }

  private cellsInRange(): { line: string; column: Column }[] {
    const range = rangeOf(this.cursor.value);
    const cells: { line: string; column: Column }[] = [];
    for (let row = range.top; row <= range.bottom; row += 1) {
      const line = this.lineAt(row);
      for (let index = range.left; line && index <= range.right; index += 1) {
        cells.push({ line, column: columnAt(index) });
      }
    }
    return cells;
  }
}

export function columnAt(index: number): Column {
  return COLUMNS[index] ?? "line";
}

const NOUNS: Readonly<Record<Column, string>> = {
  line: "line",
  product: "product",
  size: "size",
  quantity: "quantity",
  price: "unit_price",
  delivery: "promised_date",
  total: "total",
};

/** The cell of a column, as others are told where one is. */
function presenceKey(line: string, column: Column): string {
  return `lines/${line}/${NOUNS[column]}`;
}

/** Whether somebody in `cell` is in this column of this line. */
export function isThere(cell: string, line: string, column: Column): boolean {
  if (cell === presenceKey(line, column)) return true;
  return column === "delivery" && cell === `lines/${line}/requested_date`;
}
