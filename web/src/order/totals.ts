import Big from "big.js";
import { lineKey, parse } from "./cells";
import { type Content, deliveredFactsOf, effective, isDropped, linesOf } from "./order";
import { type Place, regionAt } from "./regions";
import { type Tax, taxesIn } from "./taxes";
import type { Value } from "./values";

/** What an order amounts to: exact decimals, rounded half up to the cent: the twin of `schema/totals.py`. */

/** One tax line of the sheet; `rate` as a share, `amount` in the order's currency, both decimal strings. */
interface TaxAmount extends Pick<Tax, "code" | "name_fr" | "name_en" | "rate"> {
  readonly amount: string;
}

/** Amounts with two decimals, in the order's currency. A withdrawn or rejected line amounts to nothing. */
export interface Totals {
  readonly lines: ReadonlyMap<string, string>;
  readonly freight: string;
  readonly subtotal: string;
  readonly taxes: readonly TaxAmount[];
  readonly total: string;
}

const ZERO = new Big(0);
const DECIMAL = /^\d+(\.\d+)?$/;

/** Half a cent and more goes up (Revenu Québec). */
function toCents(amount: Big): Big {
  return amount.round(2, Big.roundHalfUp);
}

function decimal(value: Value): Big {
  return typeof value === "string" && DECIMAL.test(value) ? new Big(value) : ZERO;
}

/** The size points that carry a quantity, by line, in one pass over both registers. */
export function pointsOf(content: Content): Map<string, Set<string>> {
  const points = new Map<string, Set<string>>();
  for (const root of ["client", "supplier"] as const) {
    for (const [key, value] of content[root].entries()) {
      const cell = value === null || value === undefined ? null : parse(root, key);
      if (!cell || cell.line === null || cell.point === null || cell.noun !== "quantity") continue;
      const known = points.get(cell.line);
      if (known) known.add(cell.point);
      else points.set(cell.line, new Set([cell.point]));
    }
  }
  return points;
}

/**
 * The effective quantity of a line: the sum over its points where it has sizes.
 * `points`: its own, by `pointsOf`, which reads the whole order and so is asked once for all lines.
 */
export function quantityOf(content: Content, line: string, points: Iterable<string>): string {
  return quantity(content, line, points).toFixed();
}

function quantity(content: Content, line: string, points: Iterable<string>): Big {
  const given = [...points];
  if (given.length === 0) return decimal(effective(content, lineKey(line, "quantity")));
  return given.reduce(
    (sum, point) => sum.plus(decimal(effective(content, lineKey(line, "quantity", point)))),
    ZERO,
  );
}

/**
 * Quantity × unit price less the discount, to the cent; "0.00" for a line withdrawn or rejected. `points`: as for
 * `quantityOf`.
 */
export function lineAmount(content: Content, line: string, points: Iterable<string>): string {
  return amount(content, line, points).toFixed(2);
}

function amount(content: Content, line: string, points: Iterable<string>): Big {
  if (isDropped(content, line)) return ZERO;
  const price = decimal(content.supplier.get(lineKey(line, "unit_price")));
  const discount = content.supplier.get(lineKey(line, "discount"));
  const full = quantity(content, line, points).times(price);
  return toCents(discount ? full.times(new Big(100).minus(decimal(discount))).times("0.01") : full);
}

/**
 * Every amount of the order. Taxes are those of the place of delivery on the day the order was made.
 * `ids`: the order's lines, if already known.
 */
export function totalsOf(content: Content, ids: readonly string[] = linesOf(content)): Totals {
  const points = pointsOf(content);
  const lines = ids.map((line) => [line, amount(content, line, points.get(line) ?? [])] as const);
  const freight = toCents(decimal(content.supplier.get("freight")));
  const subtotal = lines.reduce((sum, [, value]) => sum.plus(value), freight);
  const exempt = lines.reduce((sum, [line, value]) => (isTaxed(content, line) ? sum : sum.plus(value)), ZERO);
  const day = String(content.record.get("made_at") ?? "").slice(0, 10);
  const taxes = taxesIn(regionOf(content), day).map((tax) => taxAmount(tax, subtotal.minus(exempt)));
  const total = taxes.reduce((sum, tax) => sum.plus(tax.amount), subtotal);
  return {
    lines: new Map(lines.map(([line, value]) => [line, value.toFixed(2)])),
    freight: freight.toFixed(2),
    subtotal: subtotal.toFixed(2),
    taxes,
    total: total.toFixed(2),
  };
}

function taxAmount({ code, name_fr, name_en, rate }: Tax, base: Big): TaxAmount {
  return { code, name_fr, name_en, rate, amount: toCents(base.times(rate)).toFixed(2) };
}

/** Where taxes are due: the delivery address's region, else the client's, else the supplier's. */
function regionOf(content: Content): string {
  const places = [
    content.client.get("delivery_address"),
    content.record.get("parties/client"),
    content.record.get("parties/supplier"),
  ];
  for (const place of places) {
    const region = typeof place === "object" && place !== null && regionAt(place as Place);
    if (region) return region;
  }
  return "";
}

function isTaxed(content: Content, line: string): boolean {
  const facts = deliveredFactsOf(content, line);
  return (facts?.tax_class ?? "standard") === "standard";
}
