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

/** A quantity as typed, without the word for what it counts: `3 paires` → `3`. */
export function withoutCounted(text: string, unit: string | undefined): string {
  const [, amount, word = ""] = /^(.*\d)\s*(\D+)$/.exec(text.trim()) ?? [];
  const forms = [1, 2].map((count) => plain(countedWord(unit, count)));
  return amount !== undefined && forms.includes(plain(word.trim())) ? amount : text;
}

/** As people type it in haste. */
function plain(word: string): string {
  return word
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}
