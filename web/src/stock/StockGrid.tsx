import type { JSX, TargetedKeyboardEvent } from "preact";
import { useRef } from "preact/hooks";
import { at, extends_, moved, moveFor } from "../grid/cursor";
import { focusOn } from "../grid/focus";
import { columnHead, grid as gridRole, ROWS, row } from "../grid/roles";
import { rowsToDraw, useRowWindow } from "../grid/window";
import { COLUMNS, columnAt, isEdited } from "./columns";
import type { StockGridState } from "./grid";
import { keyOf } from "./level";
import { StockCell } from "./StockCell";
import { say } from "./words";

const ROW_HEIGHT = 56;
const PAGE_ROWS = 10;

/** Stock as a grid with a spreadsheet's keys. */
export function StockGrid({ grid }: { grid: StockGridState }): JSX.Element {
  const levels = grid.book.levels.value;
  const body = useRef<HTMLDivElement>(null);
  const shown = useRowWindow(body, ROW_HEIGHT, levels.length);
  const { active } = grid.cursor.value;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is given by `gridRole`
    <div
      class="grid stock-grid"
      {...gridRole(say("grid.label"), levels.length + 1, COLUMNS.length)}
      onKeyDown={(event) => onKey(event, grid)}
      onCopy={(event) => {
        if (grid.editing.value) return;
        event.preventDefault();
        event.clipboardData?.setData("text/plain", grid.copied());
        grid.said.value = say("copied");
      }}
      onPaste={(event) => {
        const text = event.clipboardData?.getData("text/plain");
        if (grid.editing.value || !text) return;
        event.preventDefault();
        grid.paste(text);
      }}
      onFocusIn={() => {
        grid.focused.value = true;
      }}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) grid.focused.value = false;
      }}
    >
      <div class="grid-row grid-heads" {...row(1)}>
        {COLUMNS.map((column, index) => (
          <div
            key={column}
            class={`grid-head column-${column}`}
            title={column === "reserved" || column === "free" ? say(`column.${column}.long`) : undefined}
            {...columnHead(index + 1)}
          >
            {say(`column.${column}`)}
          </div>
        ))}
      </div>
      <div ref={body} class="grid-body" {...ROWS} style={{ height: `${levels.length * ROW_HEIGHT}px` }}>
        {rowsToDraw(shown, active.row, levels.length).map((index) => {
          const level = levels[index];
          if (!level) return null;
          const top = `${index * ROW_HEIGHT}px`;
          return (
            <div key={keyOf(level)} class="grid-row" {...row(index + 2)} style={{ top }}>
              {COLUMNS.map((column) => (
                <StockCell key={column} level={level} index={index} column={column} grid={grid} />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function onKey(event: TargetedKeyboardEvent<HTMLElement>, grid: StockGridState): void {
  if (grid.editing.value || event.altKey || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  // A letter typed into a cell is not one of the application's shortcuts.
  if (!command) event.stopPropagation();
  if (onAct(event, grid, command)) {
    event.preventDefault();
    return;
  }
  const key = { key: event.key, shift: event.shiftKey, command };
  const shape = { rows: grid.book.levels.value.length, columns: COLUMNS.length, page: PAGE_ROWS };
  const move = moveFor(key);
  const next = move && moved(grid.cursor.value, move, shape, extends_(key));
  if (!next) return;
  event.preventDefault();
  focusOn(event.currentTarget, next.active);
  grid.place(next);
}

/** Keys that do something else than move. True when the key was taken. */
function onAct(event: TargetedKeyboardEvent<HTMLElement>, grid: StockGridState, command: boolean): boolean {
  const { row: index, column } = grid.cursor.value.active;
  if (command) return onCommandKey(event, grid);
  if (event.key === "F2" || (event.key === "Enter" && !isEdited(columnAt(column)) && !event.shiftKey)) {
    grid.begin(null);
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") {
    grid.clearRange();
    return true;
  }
  if (event.key === "Escape") {
    grid.cursor.value = at(index, column);
    return true;
  }
  if ([...event.key].length !== 1 || event.key === " " || !isEdited(columnAt(column))) return false;
  grid.begin(event.key);
  return true;
}

function onCommandKey(event: TargetedKeyboardEvent<HTMLElement>, grid: StockGridState): boolean {
  const key = event.key.toLowerCase();
  if (key === "z") return grid.undo();
  if (key !== "a") return false;
  const last = grid.book.levels.value.length - 1;
  grid.cursor.value = {
    active: { row: 0, column: 0 },
    corner: { row: Math.max(0, last), column: COLUMNS.length - 1 },
  };
  return true;
}
