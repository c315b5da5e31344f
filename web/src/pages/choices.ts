import type { Characteristic, Product, Unit } from "../api/shapes";
import { parseInput } from "../order/input";
import { canonicalDecimal } from "../order/values";
import { language, named, parseDecimal, t } from "../words";

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
export function firstQuantity(product: Product): string {
  return product.minimum ?? product.multiple ?? "1";
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
export function choiceFaults(product: Product, choices: Choices): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const one of product.characteristics) {
    const fault = characteristicFault(one, choices.characteristics[one.key] ?? "");
    if (fault) faults[`characteristics.${one.key}`] = fault;
  }
  if (product.sizing === "dimensions") {
    for (const { key } of product.dimensions) {
      if (!canonicalMeasure(choices.dimensions[key] ?? "", product.dimension_unit))
        faults[`dimensions.${key}`] = t("add.fault.measure");
    }
  }
  return { ...faults, ...quantityFaults(product, choices) };
}

function characteristicFault(one: Characteristic, value: string): string | null {
  if (!value.trim()) return one.required ? t("fault.required") : null;
  return one.kind === "number" && parseDecimal(value) === null ? t("fault.decimal") : null;
}

function quantityFaults(product: Product, choices: Choices): Record<string, string> {
  const typed = product.sizing === "scale" ? Object.values(choices.quantities) : [choices.quantity ?? ""];
  const given = typed.filter((value) => value !== "" && value !== "0");
  const sound = given.length > 0 && given.every((value) => Number(parseDecimal(value) ?? "0") > 0);
  return sound ? {} : { quantity: t("add.fault.quantity") };
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
