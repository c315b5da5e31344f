import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { LineChange } from "../order/colour";
import { currencyOf } from "../order/order";
import { useSheet } from "./context";
import { deliveredProduct, type LineProduct, lineProduct } from "./product";

/** The product of a line; the component is drawn again when the server copies it. */
export function useProduct(line: string): LineProduct | null {
  const sheet = useSheet();
  sheet.record(`products/${line}`);
  return lineProduct(sheet.document.content, line);
}

/** What a line delivers; the component is drawn again when another product is offered in its place, or none any more. */
export function useDelivered(line: string): LineProduct | null {
  const sheet = useSheet();
  sheet.record(`products/${line}`);
  sheet.record(`substitutes/${line}`);
  sheet.cell(line, "substitute");
  return deliveredProduct(sheet.document.content, line);
}

/** Whether a line is withdrawn or rejected. */
export function useDropped(line: string): boolean {
  const sheet = useSheet();
  return sheet.cell(line, "withdrawn").value === true || sheet.cell(line, "rejected").value === true;
}

/** What happened to a line since the reader signed. Every edit changes how the order stands, but few lines' mark. */
export function useLineMark(line: string): LineChange | undefined {
  const sheet = useSheet();
  return useFound(() => sheet.standing.value.lineMarks.get(line), [sheet, line]);
}

/** The order's currency. */
export function useCurrency(): string {
  const sheet = useSheet();
  sheet.record("currency");
  return currencyOf(sheet.document.content);
}

/** How many comments there are; redraws when one comes. */
export function useCommentCount(): number {
  const sheet = useSheet();
  sheet.document.comments.value;
  return sheet.document.content.comments.size;
}

/**
 * What `work` finds in signals; the component is drawn again only when that is something else. In a grid of hundreds of
 * cells a key then draws the two that it concerns. `inputs`: everything else that `work` reads.
 */
export function useFound<T>(work: () => T, inputs: readonly unknown[]): T {
  return useMemo(() => computed(work), inputs).value;
}
