import { useEffect, useState } from "preact/hooks";
import { same } from "../order/values";
import type { GridState } from "./cells/grid";
import { useSheet } from "./context";
import type { Sheet } from "./sheet";
import { say } from "./words";

const GATHER_MS = 1500;
const SAID_MS = 8000;

/** Tells a screen reader what others change, a burst at a time, and what one's own paste or copy did. */
export function Announcer({ grid }: { grid: GridState }) {
  const sheet = useSheet();
  const [told, setTold] = useState("");
  useSaidForAWhile(grid);
  useEffect(() => {
    const gathered = new Set<string>();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      waiting = undefined;
      const count = [...gathered].filter((address) => !isTakenBack(sheet, address)).length;
      gathered.clear();
      if (count > 0) setTold(sentence(sheet, count));
    };
    const stop = sheet.document.watch((addresses) => {
      for (const address of changedByPeople(addresses)) gathered.add(address);
      if (gathered.size > 0) waiting ??= setTimeout(tell, GATHER_MS);
    });
    return () => {
      clearTimeout(waiting);
      stop();
    };
  }, [sheet]);
  return (
    <>
      <p class="unseen" aria-live="polite">
        {told}
      </p>
      <p class="unseen" aria-live="polite">
        {grid.said.value}
      </p>
    </>
  );
}

/** Cells of the registers, but for the list price that the server puts beside the product of a line that appears. */
function changedByPeople(addresses: readonly string[]): string[] {
  const cells = addresses.filter((address) => /^(client|supplier)\//.test(address));
  return cells.filter((address) => {
    const priced = /^supplier\/lines\/([^/]+)\/unit_price$/.exec(address)?.[1];
    return !(priced && addresses.includes(`record/products/${priced}`));
  });
}

/** Whether a cell only went back to what it was because one's own edit of it was refused, which is told by itself. */
function isTakenBack(sheet: Sheet, address: string): boolean {
  const stands = sheet.document.cell(address).peek() ?? null;
  return sheet.connection.refusals
    .peek()
    .some(({ cell, kept }) => cell === address && same(kept ?? null, stands));
}

/** Who it was is known only where one other person is there. */
function sentence(sheet: Sheet, count: number): string {
  const others = sheet.connection.peers.peek().filter((peer) => !peer.isSelf && peer.name);
  const [name, ...more] = new Set(others.map((peer) => peer.name));
  return name && more.length === 0
    ? say("live.changed", { count, name })
    : say("live.changed_by_some", { count });
}

/** What one has just done is told for some seconds, and not beyond what becomes of the order. */
function useSaidForAWhile(grid: GridState): void {
  const state = useSheet().state.value;
  const said = grid.said.value;
  const clear = () => {
    grid.said.value = "";
  };
  useEffect(() => {
    if (!said) return;
    const waiting = setTimeout(clear, SAID_MS);
    return () => clearTimeout(waiting);
  }, [grid, said]);
  useEffect(() => clear, [grid, state]);
}
