import type { Characteristic, Dimension, Product, Unit } from "../../api/shapes";
import { compare, dimensionIn } from "../../order/dimensions";
import { format } from "../../order/display";
import { parseInput } from "../../order/input";
import { canonicalDecimal } from "../../order/values";
import { decimal, language, named, parseDecimal, t } from "../../words";

/** What a person chose of a product before it becomes a line. Decimals are canonical, measures as typed. */
export interface Choices {
  characteristics: Record<string, string>;
  quantity: string | null;
  quantities: Record<string, string>;
  dimensions: Record<string, string>;
}

/** What "+" can put on the order without a question. */
export function isPlain(product: Product): boolean {
  return product.sizing === "none" && !product.characteristics.some((one) => one.required);
}

/** The least one may order, or one. */
function firstQuantity({ minimum, multiple }: Product): string {
  if (!minimum || !multiple) return minimum ?? multiple ?? "1";
  const [least, step] = [scaled(minimum), scaled(multiple)];
  return String((Math.ceil(least / step) * step) / SCALE);
}

/** A quantity has three decimals at most. */
const SCALE = 1000;

function scaled(quantity: string): number {
  return Math.round(Number(quantity) * SCALE);
}

/** The least of a product that may be ordered, and by how many it goes; empty where it is not bound. */
export function stepsOf({ minimum, multiple }: Product): string {
  const least = minimum && t("add.minimum", { count: decimal(minimum) });
  const step = multiple && t("add.multiple", { count: decimal(multiple) });
  return [least, step].filter(Boolean).join(", ");
}

/** What keeps a number from being a quantity of a product. `isBound`: the supplier may waive his own steps. */
export function stepFault(product: Product, quantity: string, isBound: boolean): string | null {
  const { minimum, multiple, decimals } = product;
  const asked = scaled(quantity);
  if ((quantity.replace(/0+$/, "").split(".")[1]?.length ?? 0) > decimals) return t("add.fault.decimals");
  if (!isBound || asked === 0) return null;
  if (minimum && asked < scaled(minimum)) return t("add.fault.minimum", { count: decimal(minimum) });
  if (multiple && asked % scaled(multiple) !== 0)
    return t("add.fault.multiple", { count: decimal(multiple) });
  return null;
}

/** The measures between which one must be, as they are read; empty where it is free. */
export function boundsOf({ minimum, maximum }: Dimension): string {
  const [least, most] = [minimum, maximum].map((bound) => format("dimension", bound, language.value));
  if (least && most) return t("add.between", { minimum: least, maximum: most });
  return least ? `≥ ${least}` : most ? `≤ ${most}` : "";
}

export function firstChoices(product: Product): Choices {
  const only = product.characteristics.filter((one) => one.required && one.options.length === 1);
  return {
    characteristics: Object.fromEntries(only.map((one) => [one.key, one.options[0]?.key ?? ""])),
    quantity: product.sizing === "scale" ? null : firstQuantity(product),
    quantities: {},
    dimensions: {},
  };
}

/** A measure as the order keeps it, `34-1/2 po` becomes `34 1/2`; `unit`: the product's own. Null when it is none. */
export function canonicalMeasure(text: string, unit: string | null): string | null {
  const parsed = parseInput("dimension", text, language.value, unit);
  return "value" in parsed && typeof parsed.value === "string" ? parsed.value : null;
}

/** What keeps the choices from becoming a line, by field: `quantity`, `dimensions.width`, `characteristics.colour`. */
export function choiceFaults(product: Product, choices: Choices, isBound: boolean): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const one of product.characteristics) {
    const fault = characteristicFault(one, choices.characteristics[one.key] ?? "");
    if (fault) faults[`characteristics.${one.key}`] = fault;
  }
  if (product.sizing === "dimensions") {
    for (const one of product.dimensions) {
      const fault = dimensionFault(product, one, choices.dimensions[one.key] ?? "");
      if (fault) faults[`dimensions.${one.key}`] = fault;
    }
  }
  const fault = quantityFault(product, choices, isBound);
  return fault ? { ...faults, quantity: fault } : faults;
}

function dimensionFault({ dimension_unit }: Product, one: Dimension, text: string): string | null {
  const measure = canonicalMeasure(text, dimension_unit);
  const unit = dimension_unit ?? "in";
  const given = measure && dimensionIn(measure, unit);
  if (!given) return t("add.fault.measure");
  const [least, most] = [one.minimum, one.maximum].map((bound) => bound && dimensionIn(bound, unit));
  const isWithin = (!least || compare(given, least) >= 0) && (!most || compare(given, most) <= 0);
  return isWithin ? null : t("add.fault.bounds", { bounds: boundsOf(one) });
}

function characteristicFault(one: Characteristic, value: string): string | null {
  if (!value.trim()) return one.required ? t("fault.required") : null;
  return one.kind === "number" && parseDecimal(value) === null ? t("fault.decimal") : null;
}

function quantityFault(product: Product, choices: Choices, isBound: boolean): string | null {
  const typed = product.sizing === "scale" ? Object.values(choices.quantities) : [choices.quantity ?? ""];
  const given = typed.filter((value) => value !== "" && value !== "0");
  const numbers = given.map(parseDecimal).filter((number) => number !== null && Number(number) > 0);
  if (given.length === 0 || numbers.length < given.length) return t("add.fault.quantity");
  const faults = numbers.map((number) => stepFault(product, number ?? "", isBound));
  return faults.find((fault) => fault !== null) ?? null;
}

/** The choices as a line keeps them: nothing empty, measures and numbers in their one spelling. */
export function settledChoices(product: Product, choices: Choices): Choices {
  const filled = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== "" && value !== "0"));
  const dimensions = Object.entries(filled(choices.dimensions)).map(([key, value]) => [
    key,
    canonicalMeasure(value, product.dimension_unit) ?? value,
  ]);
  const characteristics = product.characteristics
    .map(({ key, kind }) => [key, settledCharacteristic(kind, choices.characteristics[key] ?? "")] as const)
    .filter(([, value]) => value !== "");
  return {
    characteristics: Object.fromEntries(characteristics),
    quantity: product.sizing === "scale" ? null : choices.quantity,
    quantities: product.sizing === "scale" ? filled(choices.quantities) : {},
    dimensions: product.sizing === "dimensions" ? Object.fromEntries(dimensions) : {},
  };
}

function settledCharacteristic(kind: Characteristic["kind"], value: string): string {
  return kind === "number" ? canonicalDecimal(value) : value.trim();
}

export function unitWord(unit: Unit): string {
  return t(`unit.${unit}`);
}

export function sizingWord(product: Product): string {
  if (product.sizing === "scale") return product.points.join(" ");
  return product.sizing === "dimensions" ? product.dimensions.map(named).join(" × ") : "";
}
