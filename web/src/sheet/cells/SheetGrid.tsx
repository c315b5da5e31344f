import { batch, effect } from "@preact/signals";
import type { RefObject, TargetedClipboardEvent, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { at, extends_, moved, moveFor, type Place } from "../../grid/cursor";
import { focusOn, useFocusWhen } from "../../grid/focus";
import { columnHead, grid as gridRole, ROWS, row, wideCell } from "../../grid/roles";
import { rowsToDraw, useRowWindow } from "../../grid/window";
import { useSheet } from "../context";
import { say } from "../words";
import { COLUMNS } from "./columns";
import { columnAt, type GridState } from "./grid";
import { paste } from "./paste";
import { Row } from "./Row";

/** Of a row that has room beside it, in pixels; `--row` says it of every width. */
const ROW_HEIGHT = 60;
const PAGE_ROWS = 10;
const LAST = COLUMNS.length - 1;

/** The lines of the order as a grid with a spreadsheet's keys. */
export function SheetGrid({ grid, onAdd }: { grid: GridState; onAdd: () => void }) {
  const sheet = useSheet();
  const lines = sheet.lines.value;
  const root = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const shown = useRowWindow(body, ROW_HEIGHT, lines.length);
  const { active } = grid.cursor.value;
  useKeepingLine(grid, root);
  const mayAdd = sheet.mayWrite("lines/new/product");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is given by `gridRole`
    <div
      ref={root}
      class="grid"
      {...gridRole(say("grid.label"), lines.length + (mayAdd ? 2 : 1), COLUMNS.length)}
      // All that a key changes is told at once, or every cell would look at each change by itself.
      onKeyDown={(event) => batch(() => onKey(event, grid, lines.length + (mayAdd ? 1 : 0), onAdd))}
      onCopy={(event) => onCopy(event, grid)}
      onCut={(event) => onCut(event, grid)}
      onPaste={(event) => {
        const text = event.clipboardData?.getData("text/plain");
        if (grid.editing.value || !text) return;
        event.preventDefault();
        void paste(sheet, grid, text);
      }}
      onFocusIn={() => {
        grid.focused.value = true;
      }}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
          grid.focused.value = false;
          sheet.connection.moveTo("");
        }
      }}
    >
      <ColumnHeads />
      <div ref={body} class="grid-body" {...ROWS} style={{ height: `calc(${lines.length} * var(--row))` }}>
        {rowsToDraw(shown, active.row, lines.length).map((index) => {
          const line = lines[index] as string;
          return <Row key={line} line={line} index={index} grid={grid} />;
        })}
      </div>
      {mayAdd && <AddRow grid={grid} index={lines.length} onAdd={onAdd} />}
    </div>
  );
}

function ColumnHeads() {
  return (
    <div class="grid-row grid-heads" {...row(1)}>
      {COLUMNS.map((column, index) => (
        <div key={column} class={`grid-head column-${column}`} {...columnHead(index + 1)}>
          {column === "line" ? <span aria-hidden="true">#</span> : say(`column.${column}`)}
          {column === "line" && <span class="unseen">{say("column.line")}</span>}
        </div>
      ))}
    </div>
  );
}

function AddRow({ grid, index, onAdd }: { grid: GridState; index: number; onAdd: () => void }) {
  const isActive = grid.cursor.value.active.row === index;
  const button = useRef<HTMLButtonElement>(null);
  useFocusWhen(isActive, grid, button);
  return (
    <div class="grid-add" {...row(index + 2)}>
      <div class="grid-add-cell" {...wideCell(COLUMNS.length)}>
        <button
          ref={button}
          type="button"
          class="grid-add-button"
          tabIndex={isActive || index === 0 ? 0 : -1}
          onFocus={() => isActive || grid.place(at(index, 0))}
          onClick={onAdd}
        >
          <span aria-hidden="true">+</span> {say("grid.add")}
        </button>
        <span class="grid-add-hint">{say("grid.add_hint")}</span>
      </div>
    </div>
  );
}

/**
 * When lines come or go above it, the cursor stays on its line, and the far end of what is chosen on its own: at once,
 * before anything is drawn, lest the next key write into the line that took the place. Where its line goes, the grid
 * has the focus until what stands there then takes it.
 */
function useKeepingLine(grid: GridState, root: RefObject<HTMLElement | null>): void {
  const sheet = useSheet();
  const { lines } = sheet;
  useLayoutEffect(() => {
    let before = lines.peek();
    return effect(() => {
      const now = lines.value;
      const rowOf = (row: number) => now.indexOf(before[row] ?? "");
      const kept = (place: Place) => {
        const end = now.length - (sheet.mayWrite("lines/new/product") ? 0 : 1);
        const row = rowOf(place.row) < 0 ? Math.max(0, Math.min(place.row, end)) : rowOf(place.row);
        return row === place.row ? place : { ...place, row };
      };
      const { active, corner } = grid.cursor.peek();
      const isGone = before[active.row] !== undefined && rowOf(active.row) < 0;
      if (isGone && grid.focused.peek() && !grid.editing.peek()) root.current?.focus();
      const next = { active: kept(active), corner: kept(corner) };
      before = now;
      if (next.active !== active || next.corner !== corner) grid.cursor.value = next;
    });
  }, [grid, lines, root, sheet]);
}

function onKey(
  event: TargetedKeyboardEvent<HTMLElement>,
  grid: GridState,
  rows: number,
  onAdd: () => void,
): void {
  if (grid.editing.value || event.altKey || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  // A letter typed into a cell is not one of the application's shortcuts.
  if (!command) event.stopPropagation();
  const key = { key: event.key, shift: event.shiftKey, command };
  if (onAct(event, grid, command, rows, onAdd)) {
    event.preventDefault();
    return;
  }
  const move = moveFor(key);
  const { row } = grid.cursor.value.active;
  // The row that adds is one cell, from which Tab goes on as from the edges of a row.
  const isWide = !grid.lineAt(row);
  const from =
    isWide && (move === "next" || move === "previous")
      ? at(row, move === "next" ? LAST : 0)
      : grid.cursor.value;
  const next = move && moved(from, move, { rows, columns: COLUMNS.length, page: PAGE_ROWS }, extends_(key));
  if (next) {
    event.preventDefault();
    if (!isWide || next.active.row !== row) focusOn(event.currentTarget, next.active);
    grid.place(next);
  }
}

/** Keys that do something else than move. True when the key was taken. */
function onAct(
  event: TargetedKeyboardEvent<HTMLElement>,
  grid: GridState,
  command: boolean,
  rows: number,
  onAdd: () => void,
): boolean {
  const { row, column } = grid.cursor.value.active;
  if (command) return onCommandKey(event, grid, rows);
  if (event.key === "F2" && event.shiftKey) {
    grid.comment();
    return true;
  }
  if (event.key === "F2" || (event.key === "Enter" && columnAt(column) === "line" && grid.lineAt(row))) {
    grid.begin(null);
    return true;
  }
  if (event.key === "Enter" && !grid.lineAt(row)) {
    onAdd();
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") {
    grid.clearRange();
    return true;
  }
  if (event.key === "Escape") {
    grid.cursor.value = at(row, column);
    return true;
  }
  if (!isPrintable(event.key) || !canType(grid)) return false;
  grid.begin(event.key);
  return true;
}

function isPrintable(key: string): boolean {
  return [...key].length === 1 && key !== " ";
}

function canType(grid: GridState): boolean {
  const { row, column } = grid.cursor.value.active;
  return grid.lineAt(row) !== null && !["line", "product", "total"].includes(columnAt(column));
}

function onCommandKey(event: TargetedKeyboardEvent<HTMLElement>, grid: GridState, rows: number): boolean {
  const key = event.key.toLowerCase();
  if (key === "enter") return toFoot();
  if (key === "z") return grid.undo(event.shiftKey);
  if (key === "y") return grid.undo(true);
  if (key !== "a") return false;
  grid.cursor.value = {
    active: { row: 0, column: 0 },
    corner: { row: Math.max(0, rows - 1), column: LAST },
  };
  return true;
}

/** Past all the cells that Tab goes through, to what one does with the order. */
function toFoot(): boolean {
  const buttons = [...document.querySelectorAll<HTMLElement>(".actions-buttons button:not(:disabled)")];
  (buttons.find(({ classList }) => !classList.contains("icon")) ?? buttons[0])?.focus();
  return true;
}

function onCopy(event: TargetedClipboardEvent<HTMLElement>, grid: GridState): void {
  if (grid.editing.value) return;
  event.preventDefault();
  event.clipboardData?.setData("text/plain", grid.copied());
  grid.said.value = say("grid.copied");
}

function onCut(event: TargetedClipboardEvent<HTMLElement>, grid: GridState): void {
  if (grid.editing.value) return;
  onCopy(event, grid);
  grid.clearRange();
}
