/** Where the keyboard is in the grid: a pure reducer over rows and columns, as a spreadsheet moves. */

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** The active cell, and the far corner of the selected range (the active cell itself when there is no range). */
export interface Cursor {
  readonly active: Place;
  readonly corner: Place;
}

export interface GridShape {
  readonly rows: number;
  readonly columns: number;
  /** How many rows a page of the screen shows. */
  readonly page: number;
}

export type Move =
  | "up"
  | "down"
  | "left"
  | "right"
  | "next"
  | "previous"
  | "page_up"
  | "page_down"
  | "row_start"
  | "row_end"
  | "first"
  | "last";

export interface Key {
  readonly key: string;
  readonly shift: boolean;
  readonly command: boolean;
}

export const START: Cursor = at(0, 0);

/** A cursor on one cell. */
export function at(row: number, column: number): Cursor {
  return { active: { row, column }, corner: { row, column } };
}

const PLAIN: Readonly<Record<string, Move>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  PageUp: "page_up",
  PageDown: "page_down",
  Home: "row_start",
  End: "row_end",
};
const WITH_COMMAND: Readonly<Record<string, Move>> = {
  ArrowUp: "first",
  ArrowDown: "last",
  ArrowLeft: "row_start",
  ArrowRight: "row_end",
  Home: "first",
  End: "last",
};

/** The move that a key asks for, or null. Tab and Enter are moves of their own: shift turns them round. */
export function moveFor(key: Key): Move | null {
  if (key.command) return WITH_COMMAND[key.key] ?? null;
  if (key.key === "Tab") return key.shift ? "previous" : "next";
  if (key.key === "Enter") return key.shift ? "up" : "down";
  return PLAIN[key.key] ?? null;
}

/** Whether shift with this key grows the range. */
export function extends_(key: Key): boolean {
  return key.shift && key.key !== "Tab" && key.key !== "Enter";
}

/**
 * The cursor after a move. `extending` moves the corner and leaves the active cell.
 * Null when the move leaves the grid (Tab past the last cell), so that focus goes on as on any page.
 */
export function moved(cursor: Cursor, move: Move, shape: GridShape, extending = false): Cursor | null {
  const from = extending ? cursor.corner : cursor.active;
  const to = destination(from, move, shape);
  if (!to) return null;
  return extending ? { active: cursor.active, corner: to } : { active: to, corner: to };
}

/** The rows and columns of the selected range, inclusive. */
export function rangeOf(cursor: Cursor): { top: number; bottom: number; left: number; right: number } {
  const { active, corner } = cursor;
  return {
    top: Math.min(active.row, corner.row),
    bottom: Math.max(active.row, corner.row),
    left: Math.min(active.column, corner.column),
    right: Math.max(active.column, corner.column),
  };
}

export function inRange(cursor: Cursor, row: number, column: number): boolean {
  const range = rangeOf(cursor);
  return row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
}

/** How a cell is selected: active and nothing else, active in a range, one of a range, or not (null). */
export type Hold = "alone" | "active" | "range" | null;

export function holdOf(cursor: Cursor, row: number, column: number): Hold {
  if (!inRange(cursor, row, column)) return null;
  const { active, corner } = cursor;
  if (active.row === corner.row && active.column === corner.column) return "alone";
  return active.row === row && active.column === column ? "active" : "range";
}

function destination(from: Place, move: Move, shape: GridShape): Place | null {
  const { row, column } = from;
  switch (move) {
    case "up":
      return within(row - 1, column, shape);
    case "down":
      return within(row + 1, column, shape);
    case "left":
      return within(row, column - 1, shape);
    case "right":
      return within(row, column + 1, shape);
    case "next":
      return inReadingOrder(from, 1, shape);
    case "previous":
      return inReadingOrder(from, -1, shape);
    case "page_up":
      return within(row - shape.page, column, shape);
    case "page_down":
      return within(row + shape.page, column, shape);
    case "row_start":
      return within(row, 0, shape);
    case "row_end":
      return within(row, shape.columns - 1, shape);
    case "first":
      return within(0, 0, shape);
    case "last":
      return within(shape.rows - 1, shape.columns - 1, shape);
  }
}

function within(row: number, column: number, shape: GridShape): Place {
  return { row: clamp(row, shape.rows), column: clamp(column, shape.columns) };
}

function inReadingOrder(from: Place, step: 1 | -1, shape: GridShape): Place | null {
  const index = from.row * shape.columns + from.column + step;
  if (index < 0 || index >= shape.rows * shape.columns) return null;
  return { row: Math.floor(index / shape.columns), column: index % shape.columns };
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}
