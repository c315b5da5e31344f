import { lineKey } from "../order/cells";
import { effective, productOf } from "../order/order";
import { AddProducts, type ExistingLine } from "../pages/products/AddProducts";
import type { Choices } from "../pages/products/choices";
import type { LineDraft } from "../sync/writing";
import { useSheet } from "./context";
import { useCurrency } from "./hooks";
import { isScale, lineProduct } from "./product";

/** The supplier's catalogue over the sheet: what is taken there is on the order at once. */
export function Adding({ onClose }: { onClose: () => void }) {
  const sheet = useSheet();
  const supplier = sheet.record("parties/supplier") as { id?: string } | undefined;
  sheet.document.revision.value;
  return (
    <AddProducts
      supplierId={supplier?.id ?? ""}
      currency={useCurrency()}
      isBound={sheet.side.value === "client"}
      lines={sheet.lines.value.flatMap((line) => existing(sheet.document.content, line))}
      onAdd={(product, choices) => sheet.edit.addLines([draftOf(product.id, choices)])}
      onQuantity={(line, quantity) => sheet.edit.set(lineKey(line, "quantity"), quantity)}
      onClose={onClose}
    />
  );
}

function existing(content: Parameters<typeof productOf>[0], line: string): ExistingLine[] {
  const productId = productOf(content, line);
  if (!productId) return [];
  const quantity = effective(content, lineKey(line, "quantity"));
  const isPlain = typeof quantity === "string" && !isScale(lineProduct(content, line));
  return [{ line, productId, quantity: isPlain ? quantity : null }];
}

function draftOf(product: string, choices: Choices): LineDraft {
  return {
    product,
    ...(choices.quantity === null ? {} : { quantity: choices.quantity }),
    points: choices.quantities,
    characteristics: choices.characteristics,
    dimensions: choices.dimensions,
  };
}
