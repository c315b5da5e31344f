import { lineKey } from "../order/cells";
import { type Content, effective, isDropped, linesOf } from "../order/order";
import { quantityOf } from "../order/totals";
import { givenPoints } from "./columns";
import { isMeasured, type LineProduct, lineProduct } from "./product";

/**
 * What must be filled before anyone can sign, as keys in the order of the lines: the twin of `missing_cells` in
 * `server/commands.py`, which decides. It spares a person the refusal.
 */
export function missingKeys(content: Content, lines: readonly string[] = linesOf(content)): string[] {
  return lines.flatMap((line) => {
    const product = lineProduct(content, line);
    return product && !isDropped(content, line) ? missingOfLine(content, line, product) : [];
  });
}

function missingOfLine(content: Content, line: string, product: LineProduct): string[] {
  const required = (product.characteristics ?? [])
    .filter((each) => each.required)
    .map((each) => ["characteristics", each.key]);
  const measures = isMeasured(product)
    ? (product.dimensions ?? []).map((each) => ["dimensions", each.key])
    : [];
  const choices = [...required, ...measures].map((parts) => lineKey(line, ...parts));
  return [
    ...(hasQuantity(content, line, product) ? [] : [lineKey(line, "quantity")]),
    ...(content.supplier.get(lineKey(line, "unit_price")) == null ? [lineKey(line, "unit_price")] : []),
    ...choices.filter((key) => content.client.get(key) == null),
  ];
}

/** A supplier who can deliver none says 0, and that is a quantity. */
function hasQuantity(content: Content, line: string, product: LineProduct): boolean {
  const points = givenPoints(content, line, product);
  return (
    points.length > 0 ||
    effective(content, lineKey(line, "quantity")) !== null ||
    quantityOf(content, line) !== "0"
  );
}
