import type { JSX } from "preact";
import { sentence } from "../app/form";
import { Button } from "../design/Button";
import { useIsNarrow } from "../grid/narrow";
import { Conflict } from "./Conflict";
import { type Column, columnAt, isEdited } from "./columns";
import type { StockGridState } from "./grid";
import { isShort, keyOf, type Level } from "./level";
import { amount } from "./names";
import { say } from "./words";

/** The foot of the page: what the active cell is for, and whether all is saved. */
export function Foot({ grid }: { grid: StockGridState }): JSX.Element {
  const { active } = grid.cursor.value;
  const level = grid.levelAt(active.row);
  // A card shows its own.
  const isTold = !useIsNarrow() && level !== null && grid.book.presentOf(keyOf(level)) !== null;
  const hint = grid.focused.value && level ? hintOf(columnAt(active.column), level, grid.mayWrite) : "";
  return (
    <footer class="stock-foot">
      <div class="stock-hint" aria-live="polite">
        {isTold ? <Conflict level={level} grid={grid} /> : grid.said.value || hint}
      </div>
      <Saved grid={grid} />
    </footer>
  );
}

function hintOf(column: Column, level: Level, mayWrite: boolean): string {
  if (column === "free" && isShort(level)) return say("asked.long", { count: amount(level.asked) });
  if (column === "reserved" || column === "free") return say(`column.${column}.long`);
  if (!mayWrite) return say("hint.reader");
  return say(isEdited(column) ? `hint.${column}` : "hint.product");
}

function Saved({ grid }: { grid: StockGridState }): JSX.Element {
  const { saver } = grid.book;
  const state = saver.state.value;
  const count = state === "refused" ? saver.faults.value.size : saver.pending.value.size;
  const problem = saver.problem.value;
  return (
    <div class={`stock-saved is-${state}`} data-saved={state}>
      <span role="status">
        <span aria-hidden="true">{state === "saved" ? "✓ " : ""}</span>
        {say(`saving.${state}`, { count })}
        {state === "waiting" && ` · ${say("saving.kept")}`}
        {state === "waiting" && problem && problem.code !== "offline" && ` ${sentence(problem)}`}
      </span>
      {state === "refused" && (
        <Button
          small
          onClick={() => {
            grid.showFault();
            document.querySelector(".stock-card.has-fault")?.scrollIntoView({ block: "center" });
          }}
        >
          {say("show")}
        </Button>
      )}
      {state === "waiting" && (
        <Button small onClick={() => saver.retry()}>
          {say("retry")}
        </Button>
      )}
    </div>
  );
}
