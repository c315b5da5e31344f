import { lineKey, type ValueKind } from "../../order/cells";
import type { Language } from "../../order/dates";
import { format } from "../../order/display";
import { inDecimals, parseInput } from "../../order/input";
import { type Content, effective, type Side } from "../../order/order";
import { lineAmount, quantityOf } from "../../order/totals";
import type { Write } from "../../sync/writing";
import { isMeasured, isScale, type LineProduct, lineProduct } from "../product";
import { withoutCounted } from "../units";

/** The columns of the grid, and what a text typed or pasted into one of them writes. */

export const COLUMNS = ["line", "product", "size", "quantity", "price", "delivery", "total"] as const;
export type Column = (typeof COLUMNS)[number];

/** How a cell is edited: as a text in place, by a quantity for each size, in the line's panel, or not at all. */
export type Editing = "text" | "points" | "panel" | "none";

/** Who reads the grid, in which language, and what amounts are in. */
export interface Reader {
  readonly side: Side;
  readonly currency: string;
  readonly language: Language;
  readonly today: string;
}

/** Writes, or the code of a refusal (`schema/refusals.py`). */
export type Typed = { readonly writes: readonly Write[] } | { readonly fault: string };

const TIMES = /\s*[×x*]\s*/i;

/** The cells that a column shows of a line, without the register: the first is the one that a text goes to. */
export function keysOf(column: Column, line: string, product: LineProduct | null, side: Side): string[] {
  const points = product?.points ?? [];
  switch (column) {
    case "size":
      if (isScale(product)) return points.map((point) => lineKey(line, "quantity", point));
      return (product?.dimensions ?? []).map(({ key }) => lineKey(line, "dimensions", key));
    case "quantity":
      if (isScale(product)) return points.map((point) => lineKey(line, "quantity", point));
      return [lineKey(line, "quantity")];
    case "price":
      return [lineKey(line, "unit_price"), lineKey(line, "discount")];
    case "delivery":
      return deliveryKeys(line, side);
    default:
      return [];
  }
}

function deliveryKeys(line: string, side: Side): string[] {
  const keys = [lineKey(line, "promised_date"), lineKey(line, "requested_date")];
  return side === "supplier" ? keys : keys.reverse();
}

/** How a column of a line is edited, rights aside. */
export function editingOf(column: Column, product: LineProduct | null): Editing {
  switch (column) {
    case "line":
    case "product":
      return "panel";
    case "size":
      return isScale(product) ? "points" : isMeasured(product) ? "text" : "none";
    case "quantity":
      return isScale(product) ? "points" : "text";
    case "price":
    case "delivery":
      return "text";
    case "total":
      return "none";
  }
}

/** What a text in a column writes. An empty text clears. */
export function typed(
  column: Column,
  line: string,
  product: LineProduct | null,
  text: string,
  reader: Reader,
): Typed {
  const [first = ""] = keysOf(column, line, product, reader.side);
  if (column === "size" && isMeasured(product)) return typedDimensions(line, product, text, reader);
  if (editingOf(column, product) === "points") return typedPoints(line, product, text, reader);
  if (column === "quantity") return typedQuantity(first, product, text, reader.language);
  if (column === "price") return typedValue("price", first, text, reader, reader.currency);
  if (column === "delivery") return typedValue("date", first, text, reader);
  return { writes: [] };
}

/** What a text as one cell's value writes. */
function typedValue(
  kind: ValueKind,
  key: string,
  text: string,
  reader: Reader,
  unit: string | null = null,
): Typed {
  const parsed = parseInput(kind, text, reader.language, unit, reader.today);
  return "fault" in parsed ? parsed : { writes: [[key, parsed.value]] };
}

/** A quantity has as many decimals as its product is sold in. */
export function typedQuantity(
  key: string,
  product: LineProduct | null,
  text: string,
  language: Language,
): Typed {
  const bare = withoutCounted(text, product?.unit);
  const parsed = parseInput("quantity", bare, language, product?.unit ?? null);
  const counted = inDecimals(parsed, product?.decimals);
  return "fault" in counted ? counted : { writes: [[key, counted.value]] };
}

/** `34 1/2 × 15 × 3/4`: one measure for each dimension, in the product's order. */
function typedDimensions(line: string, product: LineProduct | null, text: string, reader: Reader): Typed {
  const dimensions = product?.dimensions ?? [];
  const parts = text.trim() === "" ? dimensions.map(() => "") : text.trim().split(TIMES);
  if (parts.length !== dimensions.length) return { fault: "not_a_dimension" };
  const unit = product?.dimension_unit ?? null;
  return together(
    dimensions.map(({ key }, at) =>
      typedValue("dimension", lineKey(line, "dimensions", key), parts[at] ?? "", reader, unit),
    ),
  );
}

/** `S 4 M 6 L 2`, with any separators: a quantity for each point; a point that is not named is cleared. */
function typedPoints(line: string, product: LineProduct | null, text: string, reader: Reader): Typed {
  const points = product?.points ?? [];
  const words = text
    .trim()
    .split(/[\s:=;]+/)
    .filter(Boolean);
  if (words.length % 2 !== 0) return { fault: "sizes_only" };
  const given = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2)
    given.set((words[at] ?? "").toUpperCase(), words[at + 1] ?? "");
  const named = points.filter((point) => given.has(point.toUpperCase()));
  if (named.length !== given.size) return { fault: "unknown_point" };
  return together(
    points.map((point) => {
      const typed = given.get(point.toUpperCase()) ?? "";
      return typedQuantity(lineKey(line, "quantity", point), product, typed, reader.language);
    }),
  );
}

function together(parts: readonly Typed[]): Typed {
  const fault = parts.find((part) => "fault" in part);
  return fault ?? { writes: parts.flatMap((part) => ("writes" in part ? part.writes : [])) };
}

/** What the clipboard takes of a cell: what would be typed to get it back. */
export function plainText(content: Content, column: Column, line: string, reader: Reader): string {
  const product = lineProduct(content, line);
  const { language } = reader;
  switch (column) {
    case "line":
      return "";
    case "product":
      return product?.code ?? "";
    case "size":
      return isScale(product)
        ? pointsText(content, line, product, reader)
        : dimensionsText(content, line, product, reader);
    case "quantity":
      return plainNumber(quantityOf(content, line, givenPoints(content, line, product)), language);
    case "price":
      return plainNumber(effective(content, lineKey(line, "unit_price")), language);
    case "delivery":
      return String(deliveryOf(content, line) ?? "");
    case "total":
      return plainNumber(lineAmount(content, line, givenPoints(content, line, product)), language);
  }
}

/** The points of a product that carry a quantity on this line. */
export function givenPoints(content: Content, line: string, product: LineProduct | null): string[] {
  const points = product?.points ?? [];
  return points.filter((point) => effective(content, lineKey(line, "quantity", point)) !== null);
}

/** The day a line is to be delivered: promised, else wished; of the line, else of the order. */
export function deliveryOf(content: Content, line: string): unknown {
  const given = ["promised_date", "requested_date"].map((noun) => effective(content, lineKey(line, noun)));
  return given.find(Boolean) ?? effective(content, "promised_date") ?? effective(content, "requested_date");
}

function dimensionsText(
  content: Content,
  line: string,
  product: LineProduct | null,
  reader: Pick<Reader, "language">,
): string {
  const values = (product?.dimensions ?? []).map(({ key }) =>
    effective(content, lineKey(line, "dimensions", key)),
  );
  if (values.every((value) => value === null)) return "";
  return values.map((value) => format("dimension", value, reader.language) || "?").join(" × ");
}

function pointsText(content: Content, line: string, product: LineProduct | null, reader: Reader): string {
  return (product?.points ?? [])
    .map((point) => [point, effective(content, lineKey(line, "quantity", point))] as const)
    .filter(([, value]) => value !== null)
    .map(([point, value]) => `${point} ${plainNumber(value, reader.language)}`)
    .join(" ");
}

/** A decimal without anything between its thousands, as a spreadsheet of the reader's country takes it. */
function plainNumber(value: unknown, language: Language): string {
  if (typeof value !== "string") return "";
  return language === "fr" ? value.replace(".", ",") : value;
}
