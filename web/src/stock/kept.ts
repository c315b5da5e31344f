import { isPresent, typedStock } from "../app/ending";
import { forget, recall, remember } from "../app/memory";
import { keyOf, type LevelKey, type Wanted } from "./level";

/** What was typed and not saved yet, kept on this device under the person who typed it. */
export function keptRows(userId: string): readonly Wanted[] {
  try {
    const rows: unknown = JSON.parse(recall(typedStock(userId)) ?? "[]");
    return Array.isArray(rows) ? rows.filter(isWanted).map((row) => ({ ...row, seen: row.seen ?? {} })) : [];
  } catch {
    return [];
  }
}

/**
 * The way to keep what one page wants, which began with `taken`. What other pages of this browser keep stays beside it.
 * For one who signed out meanwhile, here or in another tab, nothing is kept any more.
 */
export function keeperOf(userId: string, taken: readonly Wanted[]): (rows: readonly Wanted[]) => void {
  let own: ReadonlySet<LevelKey> = new Set(taken.map(keyOf));
  return (rows) => {
    if (!isPresent(userId)) return;
    const now = new Set(rows.map(keyOf));
    const isOthers = (row: Wanted) => !own.has(keyOf(row)) && !now.has(keyOf(row));
    const all = [...keptRows(userId).filter(isOthers), ...rows];
    if (all.length > 0) remember(typedStock(userId), JSON.stringify(all));
    else forget(typedStock(userId));
    own = now;
  };
}

/** What an earlier version kept does not say what was seen. */
function isWanted(row: unknown): row is Omit<Wanted, "seen"> & Partial<Pick<Wanted, "seen">> {
  const { product_id, point, variant, on_hand, arrivals } = (row ?? {}) as Record<string, unknown>;
  const texts = [product_id, point, variant].every((text) => typeof text === "string");
  const isQuantity = on_hand === undefined || on_hand === null || typeof on_hand === "string";
  return texts && isQuantity && (arrivals === undefined || Array.isArray(arrivals));
}
