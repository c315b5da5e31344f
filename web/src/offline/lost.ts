import { signal } from "@preact/signals";

/** The orders that one may no longer see though something unsent of them lies here, by id. */
export const lost = signal<ReadonlySet<string>>(new Set());

export function noteLost(orderId: string): void {
  if (!lost.peek().has(orderId)) lost.value = new Set([...lost.peek(), orderId]);
}
