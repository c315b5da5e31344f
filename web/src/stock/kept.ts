import { recall, remember } from "../app/memory";
import type { Wanted } from "./level";

/** What was typed and not saved yet, kept on this device under the person who typed it. */
export function keptRows(userId: string): readonly Wanted[] {
  try {
    const rows: unknown = JSON.parse(recall(place(userId)) ?? "[]");
    return Array.isArray(rows) ? rows.filter(isWanted).map((row) => ({ ...row, seen: row.seen ?? {} })) : [];
  } catch {
    return [];
  }
}

export function keepRows(userId: string, rows: readonly Wanted[]): void {
  remember(place(userId), JSON.stringify(rows));
}

function place(userId: string): string {
  return `stock/${userId}`;
}

/** What an earlier version kept does not say what was seen. */
function isWanted(row: unknown): row is Omit<Wanted, "seen"> & Partial<Pick<Wanted, "seen">> {
  const { product_id, point, variant, on_hand, arrivals } = (row ?? {}) as Record<string, unknown>;
  const texts = [product_id, point, variant].every((text) => typeof text === "string");
  const isQuantity = on_hand === undefined || on_hand === null || typeof on_hand === "string";
  return texts && isQuantity && (arrivals === undefined || Array.isArray(arrivals));
}
