import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { GridState } from "./grid";

/** The focus follows the cursor while the keyboard is in the grid, also to a row that has only just been drawn. */
export function useFocusWhen(
  isActive: boolean,
  grid: Pick<GridState, "focused">,
  cell: RefObject<HTMLElement | null>,
): void {
  useLayoutEffect(() => {
    if (!isActive || !grid.focused.peek() || !cell.current || cell.current === document.activeElement) return;
    cell.current.focus({ preventScroll: true });
    cell.current.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isActive, grid, cell]);
}
