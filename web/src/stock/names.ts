import type { Product } from "../api/shapes";
import { decimal, named } from "../words";
import type { Level } from "./level";

/** `M · Chêne, mat`: a level's size and variant as a person reads them. */
export function placeName(level: Pick<Level, "point" | "variant">, product: Product | undefined): string {
  return [level.point, variantName(level.variant, product)].filter(Boolean).join("\u00a0· ");
}

/** The names of the choices of `finish=matte;wood=oak`; its keys where the product is not known. */
function variantName(variant: string, product: Product | undefined): string {
  return variant
    .split(";")
    .filter(Boolean)
    .map((pair) => {
      const [key, choice = ""] = pair.split("=");
      const options = product?.characteristics.find((one) => one.key === key)?.options;
      const option = options?.find((one) => one.key === choice);
      return option ? named(option) : choice;
    })
    .join(", ");
}

/** A quantity as it is read. */
export function amount(value: string): string {
  return value === "" ? "" : decimal(value);
}
