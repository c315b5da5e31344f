import type { ReadonlySignal } from "@preact/signals";
import type { RefObject, TargetedFocusEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Place } from "./cursor";

/**
 * Takes the focus along to where the cursor goes, before anything is drawn anew: a browser works out every style that
 * is due before it moves the focus, and so would do that twice in the midst of the drawing. Where the cell is not
 * drawn yet, the grid holds the focus meanwhile, or it would go with the row that leaves the screen.
 */
export function focusOn(grid: HTMLElement, { row, column }: Place): void {
  const place = `.grid-row[aria-rowindex="${row + 2}"] > [aria-colindex="${column + 1}"]`;
  const cell = grid.querySelector<HTMLElement>(place);
  if (cell) cell.tabIndex = 0;
  (cell ?? grid).focus({ preventScroll: true });
}

/**
 * The active cell is the one of the grid that Tab stops at. Set only where it is not so already: whenever it is set on
 * the element that has the focus, the browser lays out the page to see whether that can keep it.
 */
export function useTabStop(isActive: boolean, cell: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const tabIndex = isActive ? 0 : -1;
    if (cell.current && cell.current.tabIndex !== tabIndex) cell.current.tabIndex = tabIndex;
  }, [isActive, cell]);
}

/** The focus follows the cursor while the keyboard is in the grid, also to a row that has only just been drawn. */
export function useFocusWhen(
  isActive: boolean,
  grid: { readonly focused: ReadonlySignal<boolean> },
  cell: RefObject<HTMLElement | null>,
): void {
  useLayoutEffect(() => {
    const element = cell.current;
    if (!isActive || !grid.focused.peek() || !element) return;
    if (element !== document.activeElement) element.focus({ preventScroll: true });
    return reveal(element);
  }, [isActive, grid, cell]);
}

/** The next key typed belongs to an editor that opens, behind the text that is in it. */
export function useTyping(input: RefObject<HTMLInputElement | null>): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    // Before it has the focus, which then brings the caret along.
    element.setSelectionRange(element.value.length, element.value.length);
    element.focus({ preventScroll: true });
    return reveal(element.closest<HTMLElement>(".grid-cell") ?? element);
  }, [input]);
}

/** Brings an element into sight, with the frame that shows it: where it is can only be known once all is drawn. */
function reveal(element: HTMLElement): () => void {
  const soon = requestAnimationFrame(() => element.scrollIntoView({ block: "nearest", inline: "nearest" }));
  return () => cancelAnimationFrame(soon);
}

/**
 * Where what had the focus within `root` is taken away and nothing else took it, it goes to `refuge`: a button that was
 * pressed is often one that is no more. `root` tells of its focus by what this gives.
 */
export function useRefuge(refuge: RefObject<HTMLElement | null>) {
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (!last.current || last.current.isConnected) return;
    last.current = null;
    if (document.activeElement === document.body) refuge.current?.focus({ preventScroll: true });
  });
  return {
    onFocusIn: (event: TargetedFocusEvent<HTMLElement>) => {
      last.current = event.target as Element;
    },
    onFocusOut: (event: TargetedFocusEvent<HTMLElement>) => {
      const next = event.relatedTarget as Node | null;
      if (next && !event.currentTarget.contains(next)) last.current = null;
    },
  };
}
