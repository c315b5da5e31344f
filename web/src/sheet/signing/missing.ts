import { lineKey } from "../../order/cells";
import { type Content, effective, isDropped, linesOf } from "../../order/order";
import { pointsOf } from "../../order/totals";
import { isMeasured, type LineProduct, lineProduct } from "../product";

/**
 * What must be filled before anyone can sign, as keys in the order of the lines: the twin of `missing_cells` in
 * `server/orders/commands.py`, which decides. It spares a person the refusal.
 */
export function missingKeys(content: Content, lines: readonly string[] = linesOf(content)): string[] {
  const points = pointsOf(content);
  // A supplier who can deliver none says 0, and that is a quantity.
  const hasQuantity = (line: string) =>
    effective(content, lineKey(line, "quantity")) !== null || points.has(line);
  return lines.flatMap((line) => {
    const product = lineProduct(content, line);
    if (!product || isDropped(content, line)) return [];
    const quantity = hasQuantity(line) ? [] : [lineKey(line, "quantity")];
    return [...quantity, ...missingOfLine(content, line, product)];
  });
}

/** What else must be filled of a line. */
function missingOfLine(content: Content, line: string, product: LineProduct): string[] {
  const required = (product.characteristics ?? [])
    .filter((each) => each.required)
    .map((each) => ["characteristics", each.key]);
  const measures = isMeasured(product)
    ? (product.dimensions ?? []).map((each) => ["dimensions", each.key])
    : [];
  const choices = [...required, ...measures].map((parts) => lineKey(line, ...parts));
  return [
    ...(content.supplier.get(lineKey(line, "unit_price")) == null ? [lineKey(line, "unit_price")] : []),
    ...choices.filter((key) => !content.client.get(key)),
  ];
}
