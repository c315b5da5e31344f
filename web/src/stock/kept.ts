import { recall, remember } from "../app/memory";
import type { Wanted } from "./level";

/** What was typed and not saved yet, kept on this device under the person who typed it. */
export function keptRows(userId: string): readonly Wanted[] {
  try {
    const rows: unknown = JSON.parse(recall(place(userId)) ?? "[]");
    return Array.isArray(rows) ? rows.filter(isWanted) : [];
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

function isWanted(row: unknown): row is Wanted {
  const { product_id, point, variant, on_hand, arrivals } = (row ?? {}) as Record<string, unknown>;
  const texts = [product_id, point, variant].every((text) => typeof text === "string");
  return texts && (on_hand === null || typeof on_hand === "string") && Array.isArray(arrivals);
}
