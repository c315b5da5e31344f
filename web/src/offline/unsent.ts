import { signal } from "@preact/signals";
import type { Side } from "../order/order";
import { storeFor } from "./device";

/** How many orders of whoever is here have something unsent. */
export const waiting = signal(0);

/** An order of which something has not reached the server. */
export interface UnsentOrder {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  /** Since when (ms). */
  readonly since: number;
  /** Null where this device never learnt it. */
  readonly side: Side | null;
  /** Begun on this device, and not known to the server. */
  readonly isBegun: boolean;
}

/** The orders of a person with something unsent, the oldest first. */
export async function unsentOrders(userId: string): Promise<UnsentOrder[]> {
  const store = await storeFor(userId);
  if (!store) return [];
  const [unsent, copies] = await Promise.all([store.unsent(), store.orders()]);
  const byId = new Map(copies.map((copy) => [copy.id, copy]));
  return [...unsent]
    .map(([id, { count, since }]) => {
      const copy = byId.get(id);
      const side = copy?.beginning?.side ?? copy?.hello?.side ?? null;
      const isBegun = copy?.beginning != null;
      return { id, count, since, side, isBegun, name: copy?.name ?? "" };
    })
    .sort((a, b) => a.since - b.since);
}
