import type { Language } from "../order/dates";
import {
  arrivalsText,
  type Level,
  plainNumber,
  type Read,
  readArrivals,
  readQuantity,
  type Values,
} from "./level";

export const COLUMNS = ["product", "size", "on_hand", "reserved", "free", "arrivals"] as const;
export type Column = (typeof COLUMNS)[number];
export type Edited = "on_hand" | "arrivals";

export function columnAt(index: number): Column {
  return COLUMNS[index] ?? "product";
}

export function isEdited(column: Column): column is Edited {
  return column === "on_hand" || column === "arrivals";
}

/** The value that a text in a column means, or the code of what is wrong with it. */
export function typed(
  column: Edited,
  level: Level,
  text: string,
  language: Language,
  today: string,
): Read<Partial<Values>> {
  if (column === "arrivals") {
    const read = readArrivals(text, level, language, today);
    return "fault" in read ? read : { value: { arrivals: read.value } };
  }
  const read = readQuantity(text, level, language);
  return "fault" in read ? read : { value: { on_hand: read.value } };
}

/** What the clipboard takes of a cell, and what its editor begins with. */
export function plainText(column: Column, level: Level, language: Language): string {
  switch (column) {
    case "product":
      return level.code;
    case "size":
      return [level.point, level.variant].filter(Boolean).join(" ");
    case "arrivals":
      return arrivalsText(level.arrivals, language);
    default:
      return plainNumber(level[column], language);
  }
}
