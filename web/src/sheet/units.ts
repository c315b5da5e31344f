import { language, say } from "./words";

/** What a dimension is measured in, as it is read beside it. */
export function measureWord(unit: string | null | undefined): string {
  if (unit === "in") return language.value === "fr" ? "po" : "in";
  return unit ?? "";
}

const COUNTED = ["box", "pair", "m", "kg", "sq_ft", "h"] as const;

/** What a quantity counts, `paires` of 8; nothing where it counts single things. */
export function countedWord(unit: string | undefined, quantity: unknown): string {
  const known = COUNTED.find((each) => each === unit);
  return known ? say(`counted.${known}`, { count: Number(quantity ?? 0) }) : "";
}
