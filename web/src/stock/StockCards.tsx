import type { JSX } from "preact";
import { named } from "../words";
import { Conflict } from "./Conflict";
import type { StockGridState } from "./grid";
import { keyOf } from "./level";
import { amount, placeName } from "./names";
import { Arrivals, Free, isPending, OnHand } from "./StockCell";
import { say } from "./words";

/** Stock on a narrow screen: a card each, which opens into its editor. */
export function StockCards({ grid }: { grid: StockGridState }): JSX.Element {
  return (
    <ul class="stock-cards" aria-label={say("grid.label")}>
      {grid.book.levels.value.map((level) => {
        const fault = grid.book.saver.faults.value.get(keyOf(level));
        const place = placeName(level, grid.book.products.value.get(level.product_id));
        return (
          <li key={keyOf(level)} class={fault ? "stock-card has-fault" : "stock-card"}>
            <div class="stock-card-name">
              <span class="strong">{named(level)}</span>
              <span class="quiet small">{[level.code, place].filter(Boolean).join("\u00a0· ")}</span>
            </div>
            <dl class="stock-card-facts">
              <Fact name={say("column.on_hand")} isUnsaved={isPending(grid, level, "on_hand")}>
                <OnHand level={level} grid={grid} />
              </Fact>
              <Fact name={say("column.reserved")}>{amount(level.reserved) || "—"}</Fact>
              <Fact name={say("column.free")}>
                <Free level={level} />
              </Fact>
            </dl>
            {level.arrivals.length > 0 && (
              <p class={isPending(grid, level, "arrivals") ? "small is-unsaved" : "small"}>
                <span class="quiet">{say("card.arrivals")} </span>
                <Arrivals level={level} />
              </p>
            )}
            {fault && !fault.present && (
              <p class="fault" role="alert">
                {fault.message}
              </p>
            )}
            <Conflict level={level} grid={grid} />
            {grid.mayWrite && (
              <button
                type="button"
                class="line-card-open"
                onClick={() => {
                  grid.opened.value = keyOf(level);
                }}
              >
                <span class="unseen">
                  {say("level.open", { name: [named(level), place].filter(Boolean).join(" · ") })}
                </span>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface FactProps {
  readonly name: string;
  readonly isUnsaved?: boolean;
  readonly children: preact.ComponentChildren;
}

function Fact({ name, isUnsaved, children }: FactProps): JSX.Element {
  return (
    <div class={isUnsaved ? "is-unsaved" : undefined}>
      <dt class="quiet small">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
