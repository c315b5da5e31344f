import type { Language } from "../order/dates";
import type { DimensionUnit } from "../order/dimensions";
import { formatDecimal } from "../order/display";
import { type Content, deliveredFactsOf, factsOf, substituteFactsOf } from "../order/order";

export interface Named {
  readonly key: string;
  readonly name_fr: string;
  readonly name_en?: string;
}

interface Dimension extends Named {
  readonly minimum?: string | null;
  readonly maximum?: string | null;
}

export interface Characteristic extends Named {
  readonly kind: "choice" | "text" | "number";
  readonly required?: boolean;
  readonly options?: readonly Named[];
}

/** The product of a line, as the server copied it into the record. */
export interface LineProduct extends Omit<Named, "key"> {
  readonly id?: string;
  readonly code: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly image?: string | null;
  readonly minimum?: string | null;
  readonly multiple?: string | null;
  readonly sizing?: "none" | "scale" | "dimensions";
  readonly points?: readonly string[];
  readonly dimension_unit?: DimensionUnit;
  readonly dimensions?: readonly Dimension[];
  readonly characteristics?: readonly Characteristic[];
}

/** The product that a line asks for; null until the server has copied it. Its cells are named by this one. */
export function lineProduct(content: Content, line: string): LineProduct | null {
  return factsOf(content, line) as LineProduct | null;
}

/** The product offered instead, if any. */
export function substituteProduct(content: Content, line: string): LineProduct | null {
  return substituteFactsOf(content, line) as LineProduct | null;
}

/** What a line delivers, and so what it looks like and is counted in: the substitute, else the product. */
export function deliveredProduct(content: Content, line: string): LineProduct | null {
  return deliveredFactsOf(content, line) as LineProduct | null;
}

/** The product that a line asks for, counted as what it delivers is: as its quantities are read and typed. */
export function countedProduct(content: Content, line: string): LineProduct | null {
  const [product, delivered] = [lineProduct(content, line), deliveredProduct(content, line)];
  if (!product || !delivered) return product;
  const { unit = product.unit, decimals } = delivered;
  return { ...product, ...(unit && { unit }), ...(decimals !== undefined && { decimals }) };
}

export function nameOf(named: Omit<Named, "key">, language: Language): string {
  return (language === "en" ? named.name_en : named.name_fr) || named.name_fr || named.name_en || "";
}

/** What a characteristic's value reads as: an option by its name, a number as one, a text as it is. */
export function characteristicText(
  characteristic: Characteristic,
  value: unknown,
  language: Language,
): string {
  const option = characteristic.options?.find((each) => each.key === value);
  if (option) return nameOf(option, language);
  if (typeof value !== "string") return "";
  return characteristic.kind === "number" ? formatDecimal(value, language) : value;
}

export function isScale(product: LineProduct | null): boolean {
  return product?.sizing === "scale";
}

export function isMeasured(product: LineProduct | null): boolean {
  return product?.sizing === "dimensions";
}
