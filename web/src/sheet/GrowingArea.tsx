import type { RefObject, TextareaHTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

interface GrowingAreaProps extends TextareaHTMLAttributes {
  readonly area?: RefObject<HTMLTextAreaElement | null>;
  readonly value: string;
  /** Pixels; a text that is taller scrolls. */
  readonly tallest?: number;
}

/** A text area of one line that becomes as tall as its text, at whatever width it is given. */
export function GrowingArea({ area: given, tallest = Infinity, ...attributes }: GrowingAreaProps) {
  const own = useRef<HTMLTextAreaElement>(null);
  const area = given ?? own;
  useLayoutEffect(() => grow(area.current, tallest), [attributes.value, tallest]);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      // Its height is our own doing.
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      grow(element, tallest);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [tallest]);
  return <textarea ref={area} rows={1} {...attributes} />;
}

const BORDERS = 2;

function grow(area: HTMLTextAreaElement | null, tallest: number): void {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + BORDERS, tallest)}px`;
}
