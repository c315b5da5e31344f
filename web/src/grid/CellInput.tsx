import { batch, type Signal } from "@preact/signals";
import type { TargetedMouseEvent } from "preact";
import { useId, useRef } from "preact/hooks";
import { Fault } from "../design/Fault";
import { at, type Cursor, type GridShape, moved, type Place } from "./cursor";
import { focusOn, useTyping } from "./focus";

/** What the cells of a grid need of it, whatever the grid holds. */
export interface CellGrid {
  readonly cursor: Signal<Cursor>;
  readonly editing: Signal<unknown>;
  place(cursor: Cursor): void;
  /** Takes what was typed, or keeps the editor open and says what is wrong. */
  commit(text: string): boolean;
}

/** Where the cursor goes when an editor closes. */
export type Leaving = "down" | "next" | "previous" | "stay";

/** Closes the editor of the active cell. `inside`: an element of the grid. */
export function leaveEditor(
  inside: HTMLElement | null,
  grid: CellGrid,
  shape: Omit<GridShape, "page">,
  move: Leaving,
): void {
  const here = grid.cursor.value;
  const next = move === "stay" ? null : moved(here, move, { ...shape, page: 1 });
  // Before the editor goes, or the page would have the focus.
  const root = inside?.closest<HTMLElement>(".grid");
  if (root) focusOn(root, (next ?? here).active);
  grid.editing.value = null;
  if (next) grid.place(next);
}

/** The cursor follows the mouse; with shift the range does. */
export function pointAt(
  event: TargetedMouseEvent<HTMLElement>,
  grid: CellGrid,
  { row, column }: Place,
): void {
  if (event.button !== 0) return;
  if (event.shiftKey) {
    event.preventDefault();
    grid.cursor.value = { active: grid.cursor.peek().active, corner: { row, column } };
  } else grid.place(at(row, column));
}

interface Props {
  readonly grid: CellGrid;
  readonly label: string;
  readonly inputMode: "decimal" | "text";
  readonly text: string;
  /** The sentence of what is wrong with the text. */
  readonly fault: string | null;
  readonly onDone: (move: Leaving) => void;
}

/** A cell being written: Enter and Tab take the text and move on, Escape leaves things as they were. */
export function CellInput({ grid, label, inputMode, text, fault, onDone }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const left = useRef(false);
  const id = useId();
  useTyping(input);
  const leave = (move: Leaving) => {
    left.current = true;
    onDone(move);
  };
  // All that a key changes is told at once, or every cell would look at each change by itself.
  const take = (typed: string, move: Leaving) =>
    batch(() => {
      if (grid.commit(typed)) leave(move);
    });
  return (
    <>
      <input
        ref={input}
        class="cell-input"
        type="text"
        autocomplete="off"
        spellcheck={false}
        inputMode={inputMode}
        aria-label={label}
        aria-invalid={fault !== null}
        aria-describedby={fault ? id : undefined}
        defaultValue={text}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          const typed = event.currentTarget.value;
          if (event.key === "Enter") take(typed, "down");
          else if (event.key === "Tab") take(typed, event.shiftKey ? "previous" : "next");
          else if (event.key === "Escape") leave("stay");
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={(event) => {
          if (!left.current) grid.commit(event.currentTarget.value);
        }}
      />
      {fault && <Fault id={id}>{fault}</Fault>}
    </>
  );
}
