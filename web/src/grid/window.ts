import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Rows worth drawing: those on the screen and a few beyond, so that thousands of lines cost as little as twenty. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

const BEYOND = 8;
const PRINTING = ["beforeprint", "afterprint"] as const;

/** Which rows of a body show in a view; heights and offsets in pixels, `top` of the body relative to the view. */
export function rowsInView(top: number, viewHeight: number, rowHeight: number, rows: number): RowWindow {
  const first = Math.floor(-top / rowHeight) - BEYOND;
  const last = Math.ceil((viewHeight - top) / rowHeight) + BEYOND;
  return { first: Math.max(0, Math.min(first, rows)), last: Math.max(0, Math.min(last, rows)) };
}

/**
 * The window of a body of equal rows, whatever element scrolls it. Paper does not scroll: on it there are all.
 * `rowHeight`: in pixels, until the body is drawn, which has the height of all its rows.
 */
export function useRowWindow(
  body: RefObject<HTMLElement | null>,
  rowHeight: number,
  rows: number,
): RowWindow {
  // At first what fits a view, even with nothing above it; those beyond follow once it is drawn.
  const [shown, setShown] = useState<RowWindow>({
    first: 0,
    last: Math.min(rows, Math.ceil(window.innerHeight / rowHeight)),
  });
  useEffect(() => {
    let waiting = 0;
    let isPrinting = false;
    const measure = () => {
      waiting = 0;
      if (!body.current || isPrinting) return;
      const { top, height } = body.current.getBoundingClientRect();
      const next = rowsInView(top, window.innerHeight, height / rows || rowHeight, rows);
      setShown((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    const soon = () => {
      waiting ||= requestAnimationFrame(measure);
    };
    const print = ({ type }: Event) => {
      isPrinting = type === "beforeprint";
      if (isPrinting) setShown({ first: 0, last: rows });
      measure();
    };
    measure();
    for (const type of PRINTING) window.addEventListener(type, print);
    document.addEventListener("scroll", soon, { capture: true, passive: true });
    window.addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(waiting);
      for (const type of PRINTING) window.removeEventListener(type, print);
      document.removeEventListener("scroll", soon, { capture: true });
      window.removeEventListener("resize", soon);
    };
  }, [body, rowHeight, rows]);
  return shown;
}

/** The indices to draw: the window, and the row that has the focus wherever it is. */
export function rowsToDraw(shown: RowWindow, active: number, rows: number): number[] {
  const indices = Array.from(
    { length: Math.max(0, Math.min(shown.last, rows) - shown.first) },
    (_, at) => shown.first + at,
  );
  return active >= 0 && active < rows && !indices.includes(active) ? [...indices, active] : indices;
}
