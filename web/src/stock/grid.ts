import { signal } from "@preact/signals";
import { parseTable, writeTable } from "../grid/clipboard";
import { at, type Cursor, rangeOf, START } from "../grid/cursor";
import { localToday } from "../order/dates";
import { language } from "../words";
import type { StockBook } from "./book";
import { COLUMNS, type Column, columnAt, type Edited, isEdited, plainText, typed } from "./columns";
import { change, keyOf, type Level, type Values, type Wanted } from "./level";
import { say } from "./words";

/** A cell being edited in place. `fault`: the code of what is wrong with the text. */
export interface InPlace {
  readonly key: string;
  /** The level as it was when the editor opened. */
  readonly level: Level;
  readonly column: Edited;
  readonly text: string;
  readonly fault: string | null;
}

/** What the grid of stock is doing: where its cursor is, what is being edited, which level is open. */
export class StockGridState {
  readonly cursor = signal<Cursor>(START);
  readonly editing = signal<InPlace | null>(null);
  readonly opened = signal<string | null>(null);
  readonly said = signal("");
  readonly focused = signal(false);
  /** Rows pasted where products are: to be looked at before they are taken. */
  readonly pasted = signal<readonly (readonly string[])[] | null>(null);

  constructor(
    readonly book: StockBook,
    readonly mayWrite: boolean,
  ) {
    book.keepPlace = (change) => this.keepPlace(change);
  }

  levelAt(row: number): Level | null {
    return this.book.levels.value[row] ?? null;
  }

  /** Others may add rows above: the cursor stays at its level, or what is typed next would go to another. */
  private keepPlace(change: () => void): void {
    const { active, corner } = this.cursor.value;
    const level = this.levelAt(active.row);
    change();
    const row = this.book.levels.value.findIndex((one) => level && keyOf(one) === keyOf(level));
    if (row < 0 || row === active.row) return;
    const by = row - active.row;
    this.cursor.value = {
      active: { ...active, row },
      corner: { ...corner, row: Math.max(0, corner.row + by) },
    };
  }

  place(cursor: Cursor): void {
    this.cursor.value = cursor;
    this.said.value = "";
  }

  /** Goes to the first level in sight of which something was not taken. */
  showFault(): void {
    const { faults } = this.book.saver;
    const row = this.book.levels.value.findIndex((level) => faults.value.has(keyOf(level)));
    const level = this.levelAt(row);
    if (!level) return;
    const field = faults.value.get(keyOf(level))?.field as Column;
    this.place(at(row, COLUMNS.indexOf(isEdited(field) ? field : "on_hand")));
    this.focused.value = true;
  }

  /** Starts editing the active cell, with its own text or with what was typed; the product's cell opens the level. */
  begin(text: string | null): void {
    const { row, column: index } = this.cursor.value.active;
    const level = this.levelAt(row);
    const column = columnAt(index);
    if (!level || !this.mayWrite) return;
    if (!isEdited(column)) {
      if (text === null) this.opened.value = keyOf(level);
      return;
    }
    const own = plainText(column, level, language.value);
    this.editing.value = { key: keyOf(level), level, column, text: text ?? own, fault: null };
  }

  /** Takes what was typed, or keeps the editor open and says what is wrong. */
  commit(text: string): boolean {
    const editing = this.editing.value;
    if (!editing) return true;
    const { level, column } = editing;
    if (text !== plainText(column, level, language.value)) {
      const read = typed(column, level, text, language.value, localToday());
      if ("fault" in read) {
        this.editing.value = { ...editing, text, fault: read.fault };
        return false;
      }
      this.book.set([change(level, read.value)]);
    }
    this.editing.value = null;
    return true;
  }

  undo(): true {
    if (!this.book.undo()) this.said.value = say("nothing_to_undo");
    return true;
  }

  /** Clears the arrivals of the range; a quantity on hand is a number, and is not cleared by accident. */
  clearRange(): void {
    const { top, bottom, left, right } = rangeOf(this.cursor.value);
    const cleared: Wanted[] = [];
    for (let row = top; this.mayWrite && row <= bottom; row += 1) {
      const level = this.levelAt(row);
      const inRange = COLUMNS.indexOf("arrivals") >= left && COLUMNS.indexOf("arrivals") <= right;
      if (level && inRange && level.arrivals.length > 0) cleared.push(change(level, { arrivals: [] }));
    }
    this.book.set(cleared);
  }

  /** The range as a spreadsheet takes it. */
  copied(): string {
    const { top, bottom, left, right } = rangeOf(this.cursor.value);
    const levels = this.book.levels.value.slice(top, bottom + 1);
    return writeTable(
      levels.map((level) =>
        COLUMNS.slice(left, right + 1).map((column) => plainText(column, level, language.value)),
      ),
    );
  }

  /** Takes cells from a spreadsheet, from the active cell on; among products they are rows of a stock list. */
  paste(text: string): void {
    const rows = parseTable(text);
    const { top, left } = rangeOf(this.cursor.value);
    if (!this.mayWrite || rows.length === 0) return;
    if (columnAt(left) === "product") {
      this.pasted.value = rows;
      return;
    }
    const pasted = pastedLevels(this, rows, top, left);
    this.book.set(pasted.wanted);
    const told = [say("pasted", { count: pasted.taken })];
    if (pasted.refused > 0) told.push(say("not_pasted", { count: pasted.refused }));
    this.said.value = told.join(" ");
  }
}

/** What pasted cells make of the levels from a row and a column on; what is computed is passed over. */
function pastedLevels(grid: StockGridState, rows: readonly (readonly string[])[], top: number, left: number) {
  const wanted: Wanted[] = [];
  let [taken, refused] = [0, 0];
  rows.forEach((cells, offset) => {
    const level = grid.levelAt(top + offset);
    let made: Partial<Values> = {};
    cells.forEach((text, index) => {
      const column = columnAt(left + index);
      const isThere = left + index < COLUMNS.length && isEdited(column);
      if (!isThere && level) return;
      const read =
        level && isEdited(column) ? typed(column, level, text, language.value, localToday()) : { fault: "" };
      if ("fault" in read) refused += 1;
      else {
        made = { ...made, ...read.value };
        taken += 1;
      }
    });
    if (level && Object.keys(made).length > 0) wanted.push(change(level, made));
  });
  return { wanted, taken, refused };
}
