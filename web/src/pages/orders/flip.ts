import { useLayoutEffect, useRef } from "preact/hooks";

/** Let rows glide to their new places when the list is ordered anew. Rows are found by `data-id`. */
export function useFlip(order: string) {
  const body = useRef<HTMLTableSectionElement>(null);
  const places = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = new Map<string, number>();
    for (const row of body.current?.querySelectorAll<HTMLElement>("tr") ?? []) {
      const id = row.dataset.id ?? "";
      const before = places.current.get(id);
      next.set(id, row.offsetTop);
      if (!calm && before !== undefined && before !== row.offsetTop) glide(row, before - row.offsetTop);
    }
    places.current = next;
  }, [order]);
  return body;
}

function glide(row: HTMLElement, from: number): void {
  row.animate?.([{ transform: `translateY(${from}px)` }, { transform: "none" }], {
    duration: 260,
    easing: "cubic-bezier(0.2, 0, 0, 1)",
  });
}
