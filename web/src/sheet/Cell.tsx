import { batch } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { RobotMark } from "../bots/Robot";
import { COLUMNS, type Column, editingOf, keysOf } from "./columns";
import { useSheet } from "./context";
import { at, holdOf, moved } from "./cursor";
import { Fault } from "./Field";
import { focusOn, useFocusWhen, useTabStop, useTyping } from "./focus";
import { type GridState, type InPlace, isThere } from "./grid";
import { useFound, useProduct } from "./hooks";
import { Rings } from "./Rings";
import { cell } from "./roles";
import { PointsEditor } from "./Scale";
import { say, sayOr } from "./words";

/** Where the cursor goes when an editor closes. */
type Leaving = "down" | "next" | "previous" | "stay";

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
        if (mine || event.button !== 0) return;
        if (event.shiftKey) {
          event.preventDefault();
          const { active } = grid.cursor.peek();
          grid.cursor.value = { active, corner: { row: index, column: columnIndex } };
        } else grid.place(at(index, columnIndex));
      }}
      onDblClick={open}
      onClick={() => {
        if (column === "line") open();
      }}
    >
      {mine ? <Editor editing={mine} grid={grid} /> : children}
      {isMarkable(column) && <RobotMark keys={keys} />}
      {isCommented && <span class="unseen">, {say("cell.commented")}</span>}
      <Rings isThere={(place) => isThere(place, line, column)} />
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
  const leave = (move: Leaving) => {
    const here = grid.cursor.value;
    const next =
      move === "stay" ? null : moved(here, move, { rows: lines, columns: COLUMNS.length, page: 1 });
    // Before the editor goes, or the page would have the focus.
    const root = place.current?.closest<HTMLElement>(".grid");
    if (root) focusOn(root, (next ?? here).active);
    grid.editing.value = null;
    if (next) grid.place(next);
  };
  const isPoints = editingOf(editing.column, product) === "points";
  return (
    <span ref={place} class="cell-editor">
      {isPoints ? (
        <PointsEditor line={editing.line} first={editing.text} onDone={leave} />
      ) : (
        <TextEditor editing={editing} grid={grid} onDone={leave} />
      )}
    </span>
  );
}

interface TextEditorProps {
  readonly editing: InPlace;
  readonly grid: GridState;
  readonly onDone: (move: Leaving) => void;
}

function TextEditor({ editing, grid, onDone }: TextEditorProps) {
  const input = useRef<HTMLInputElement>(null);
  const left = useRef(false);
  const id = useId();
  useTyping(input);
  // All that a key changes is told at once, or every cell would look at each change by itself.
  const take = (text: string, move: Leaving) =>
    batch(() => {
      if (!grid.commit(text)) return;
      left.current = true;
      onDone(move);
    });
  return (
    <>
      <input
        ref={input}
        class="cell-input"
        type="text"
        autocomplete="off"
        spellcheck={false}
        inputMode={editing.column === "delivery" || editing.column === "size" ? "text" : "decimal"}
        aria-label={say(`column.${editing.column}`)}
        aria-invalid={editing.fault !== null}
        aria-describedby={editing.fault ? id : undefined}
        defaultValue={editing.text}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          const text = event.currentTarget.value;
          if (event.key === "Enter") take(text, "down");
          else if (event.key === "Tab") take(text, event.shiftKey ? "previous" : "next");
          else if (event.key === "Escape") {
            left.current = true;
            onDone("stay");
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={(event) => {
          if (!left.current && grid.commit(event.currentTarget.value)) grid.editing.value = null;
        }}
      />
      {editing.fault && <Fault id={id}>{sayOr("fault", editing.fault, say("fault.wrong_type"))}</Fault>}
    </>
  );
}
