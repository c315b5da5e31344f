import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { RobotMark } from "../../bots/Robot";
import { hasRobot, useRobots } from "../../bots/robots";
import { CellInput, type Leaving, leaveEditor, pointAt } from "../../grid/CellInput";
import { at, holdOf } from "../../grid/cursor";
import { useFocusWhen, useTabStop } from "../../grid/focus";
import { cell } from "../../grid/roles";
import { useSheet } from "../context";
import { useFound, useProduct } from "../hooks";
import { say, sayOr } from "../words";
import { COLUMNS, type Column, editingOf, keysOf } from "./columns";
import { type GridState, type InPlace, isThere } from "./grid";
import { Rings } from "./Rings";
import { PointsEditor } from "./Scale";

interface CellProps {
  readonly line: string;
  readonly index: number;
  readonly column: Column;
  readonly grid: GridState;
  readonly children: ComponentChildren;
}

/** One cell of the grid: its place in the selection, who else is in it, and its editor when it is being edited. */
export function Cell({ line, index, column, grid, children }: CellProps) {
  const sheet = useSheet();
  const robots = useRobots();
  const product = useProduct(line);
  const columnIndex = COLUMNS.indexOf(column);
  const hold = useFound(() => holdOf(grid.cursor.value, index, columnIndex), [grid, index, columnIndex]);
  const isActive = hold === "alone" || hold === "active";
  const keys = keysOf(column, line, product, sheet.side.value);
  const mine = useFound(() => mineOf(grid.editing.value, line, column), [grid, line, column]);
  const isEditable = keys.length > 0 && grid.isEditable(line, column);
  const named = keys.join(" ");
  const isCommented = useFound(
    () => isCommentedOn(sheet.commented.value, keys, line, column),
    [sheet, named],
  );
  const isUnsaved = useFound(() => keys.some((key) => sheet.isUnsaved(key)), [sheet, named]);
  const isRefused = useFound(() => keys.some((key) => sheet.refusalOf(key)), [sheet, named]);
  const withRobot = useFound(() => isMarkable(column) && hasRobot(robots, keys), [robots, column, named]);
  const isVisited = useFound(
    () => sheet.connection.peers.value.some((peer) => isThere(peer.cell, line, column)),
    [sheet, line, column],
  );
  const classes = [
    "grid-cell",
    `column-${column}`,
    isActive ? "is-active" : "",
    hold && hold !== "alone" ? "is-selected" : "",
    isEditable ? "is-editable" : "",
    isUnsaved ? "is-unsaved" : "",
    mine ? "is-editing" : "",
    isCommented ? "is-commented" : "",
    isRefused ? "is-refused" : "",
    withRobot ? "has-robot" : "",
    isVisited ? "is-visited" : "",
  ];
  const root = useRef<HTMLDivElement>(null);
  useTabStop(isActive, root);
  useFocusWhen(isActive && !mine, grid, root);
  const open = () => {
    grid.place(at(index, columnIndex));
    grid.begin(null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is given by `cell`, its keys by the grid
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid answers the keyboard
    <div
      ref={root}
      class={classes.filter(Boolean).join(" ")}
      {...cell(columnIndex + 1, column === "product", { selected: hold !== null, readonly: !isEditable })}
      data-cell={keys.length === 1 || column === "price" || column === "delivery" ? keys[0] : undefined}
      data-column={column}
      tabIndex={-1}
      onMouseDown={(event) => {
        if (!mine) pointAt(event, grid, { row: index, column: columnIndex });
      }}
      onDblClick={open}
      onClick={() => {
        if (column === "line") open();
      }}
    >
      {mine ? <Editor editing={mine} grid={grid} /> : children}
      {withRobot && <RobotMark keys={keys} />}
      {isCommented && <span class="unseen">, {say("cell.commented")}</span>}
      {isVisited && <Rings isThere={(place) => isThere(place, line, column)} />}
    </div>
  );
}

/** The columns whose cells a robot may write. */
function isMarkable(column: Column): boolean {
  return column === "size" || column === "quantity" || column === "price" || column === "delivery";
}

function mineOf(editing: InPlace | null, line: string, column: Column): InPlace | null {
  return editing?.line === line && editing.column === column ? editing : null;
}

function isCommentedOn(
  commented: ReadonlySet<string>,
  keys: readonly string[],
  line: string,
  column: Column,
): boolean {
  return keys.some((key) => commented.has(key)) || (column === "line" && commented.has(`lines/${line}`));
}

function Editor({ editing, grid }: { editing: InPlace; grid: GridState }) {
  const product = useProduct(editing.line);
  const lines = useSheet().lines.value.length;
  const place = useRef<HTMLSpanElement>(null);
  const leave = (move: Leaving) =>
    leaveEditor(place.current, grid, { rows: lines, columns: COLUMNS.length }, move);
  const isPoints = editingOf(editing.column, product) === "points";
  const isText = editing.column === "delivery" || editing.column === "size";
  return (
    <span ref={place} class="cell-editor">
      {isPoints ? (
        <PointsEditor line={editing.line} first={editing.text} onDone={leave} />
      ) : (
        <CellInput
          grid={grid}
          label={say(`column.${editing.column}`)}
          inputMode={isText ? "text" : "decimal"}
          text={editing.text}
          fault={editing.fault && sayOr("fault", editing.fault, say("fault.wrong_type"))}
          onDone={leave}
        />
      )}
    </span>
  );
}
