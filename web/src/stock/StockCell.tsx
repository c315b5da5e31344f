import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Fault } from "../design/Fault";
import { CellInput, leaveEditor, pointAt } from "../grid/CellInput";
import { at, inRange } from "../grid/cursor";
import { useFocusWhen, useTabStop } from "../grid/focus";
import { cell } from "../grid/roles";
import { countedWord } from "../sheet/units";
import { day } from "../sheet/words";
import { named } from "../words";
import { read } from "./Conflict";
import { COLUMNS, type Column, type Edited, isEdited } from "./columns";
import type { InPlace, StockGridState } from "./grid";
import { isShort, keyOf, type Level } from "./level";
import { amount, placeName } from "./names";
import { faultWord, say } from "./words";

interface CellProps {
  readonly level: Level;
  readonly index: number;
  readonly column: Column;
  readonly grid: StockGridState;
}

/** One cell of the grid of stock, with its editor when it is being edited. */
export function StockCell({ level, index, column, grid }: CellProps): JSX.Element {
  const columnIndex = COLUMNS.indexOf(column);
  const cursor = grid.cursor.value;
  const isActive = cursor.active.row === index && cursor.active.column === columnIndex;
  const isRange = cursor.active.row !== cursor.corner.row || cursor.active.column !== cursor.corner.column;
  const selected = inRange(cursor, index, columnIndex);
  const editing = grid.editing.value;
  const mine = editing?.key === keyOf(level) && editing.column === column ? editing : null;
  const isEditable = grid.mayWrite && isEdited(column);
  const fault = faultOf(grid, level, column);
  const isUnsaved = isEdited(column) && isPending(grid, level, column);
  const root = useRef<HTMLDivElement>(null);
  useTabStop(isActive, root);
  useFocusWhen(isActive && !mine, grid, root);
  const classes = [
    "grid-cell",
    `column-${column}`,
    isActive && "is-active",
    selected && isRange && "is-selected",
    isEditable && "is-editable",
    isUnsaved && "is-unsaved",
    mine && "is-editing",
    fault && "is-refused",
  ];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is given by `cell`, its keys by the grid
    <div
      ref={root}
      class={classes.filter(Boolean).join(" ")}
      {...cell(columnIndex + 1, column === "product", { selected, readonly: !isEditable })}
      data-column={column}
      tabIndex={-1}
      onMouseDown={(event) => {
        if (!mine) pointAt(event, grid, { row: index, column: columnIndex });
      }}
      onDblClick={() => {
        grid.place(at(index, columnIndex));
        grid.begin(null);
      }}
    >
      {mine ? <Editor editing={mine} grid={grid} /> : <Content level={level} column={column} grid={grid} />}
      {fault && !mine && <Fault>{fault}</Fault>}
    </div>
  );
}

/** Whether a value of a level was typed and is not saved yet. */
export function isPending(grid: StockGridState, level: Level, column: Edited): boolean {
  return grid.book.saver.pending.value.get(keyOf(level))?.[column] !== undefined;
}

function faultOf(grid: StockGridState, level: Level, column: Column): string | null {
  const fault = grid.book.saver.faults.value.get(keyOf(level));
  if (!fault) return null;
  const home = isEdited(fault.field as Column) ? fault.field : "on_hand";
  if (home !== column) return null;
  if (!fault.present) return fault.message;
  const { on_hand, arrivals } = fault.present;
  return say("conflict.short", { theirs: read(column === "arrivals" ? { arrivals } : { on_hand }) });
}

function Content({ level, column, grid }: Omit<CellProps, "index">): JSX.Element | null {
  switch (column) {
    case "product":
      return (
        <span class="product">
          <span class="product-title">{named(level)}</span>
          <span class="product-more">
            <span class="product-code">{level.code}</span>
          </span>
        </span>
      );
    case "size":
      return <>{placeName(level, grid.book.products.value.get(level.product_id))}</>;
    case "on_hand":
      return <OnHand level={level} grid={grid} />;
    case "reserved":
      return <>{amount(level.reserved)}</>;
    case "free":
      return <Free level={level} />;
    case "arrivals":
      return <Arrivals level={level} />;
  }
}

export function OnHand({ level, grid }: { level: Level; grid: StockGridState }): JSX.Element {
  if (level.on_hand !== "") {
    const counted = countedWord(level.unit, level.on_hand);
    return (
      <span class="counted">
        <span class="value-now">{amount(level.on_hand)}</span>
        {counted && <span class="counted-word"> {counted}</span>}
      </span>
    );
  }
  const dropped = grid.book.saver.pending.value.has(keyOf(level)) && level.free !== "";
  return <span class="stock-quiet">{say(dropped ? "no_longer" : "not_followed")}</span>;
}

/** What is free, and what open orders want where that is more. */
export function Free({ level }: { level: Level }): JSX.Element {
  return (
    <span class="stock-free">
      <span>{amount(level.free) || (level.on_hand === "" ? "" : "…")}</span>
      {isShort(level) && (
        <span class="stock-asked" title={say("asked.long", { count: amount(level.asked) })}>
          <span aria-hidden="true">◣ </span>
          {say("asked", { count: Number(level.asked) })}
        </span>
      )}
    </span>
  );
}

export function Arrivals({ level }: { level: Level }): JSX.Element {
  return (
    <span class="stock-arrivals value-now">
      {level.arrivals.map(({ quantity, date }) => (
        <span key={`${date} ${quantity}`} class="stock-arrival">
          <strong>{amount(quantity)}</strong> {say("on")} {day(date)}
        </span>
      ))}
    </span>
  );
}

function Editor({ editing, grid }: { editing: InPlace; grid: StockGridState }): JSX.Element {
  const place = useRef<HTMLSpanElement>(null);
  const shape = { rows: grid.book.levels.value.length, columns: COLUMNS.length };
  return (
    <span ref={place} class="cell-editor">
      <CellInput
        grid={grid}
        label={say(`column.${editing.column}`)}
        inputMode={editing.column === "on_hand" ? "decimal" : "text"}
        text={editing.text}
        fault={editing.fault && faultWord(editing.fault)}
        onDone={(move) => leaveEditor(place.current, grid, shape, move)}
      />
    </span>
  );
}
