import type { JSX } from "preact";
import { Button } from "../design/Button";
import { day } from "../sheet/words";
import type { StockGridState } from "./grid";
import { keyOf, type Level, only, type Values } from "./level";
import { amount } from "./names";
import { say } from "./words";

/** Both values of a level that somebody else changed meanwhile, and the two ways out. */
export function Conflict({ level, grid }: { level: Level; grid: StockGridState }): JSX.Element | null {
  const key = keyOf(level);
  const present = grid.book.presentOf(key);
  const mine = grid.book.saver.pending.value.get(key);
  if (!present || !mine) return null;
  return (
    <span class="stock-conflict">
      <span>{say("conflict", { theirs: read(only(present, mine)), mine: read(mine) })}</span>
      <Button small onClick={() => grid.book.giveWay(key)}>
        {say("conflict.theirs")}
      </Button>
      <Button small onClick={() => grid.book.insist(key)}>
        {say("conflict.mine")}
      </Button>
    </span>
  );
}

/** Values as a person reads them. */
export function read({ on_hand, arrivals }: Partial<Values>): string {
  const said: string[] = [];
  if (on_hand !== undefined) said.push(on_hand === null ? say("conflict.none") : amount(on_hand));
  if (arrivals) {
    const each = arrivals.map(({ quantity, date }) => `${amount(quantity)} ${say("on")} ${day(date)}`);
    said.push(each.join(", ") || say("conflict.no_arrivals"));
  }
  return said.join("\u00a0· ");
}
