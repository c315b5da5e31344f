import type { Party, Side } from "../../api/shapes";
import { recall, remember } from "../../app/memory";

const KEPT = 8;

const keyOf = (side: Side) => `recent-${side}`;

export function recentIds(side: Side): string[] {
  return (recall(keyOf(side)) ?? "").split(" ").filter(Boolean);
}

export function keepRecent(side: Side, id: string): void {
  const ids = [id, ...recentIds(side).filter((one) => one !== id)];
  remember(keyOf(side), ids.slice(0, KEPT).join(" "));
}

/** Those dealt with on this device first, the latest before all; the others keep their order. */
export function recentFirst(parties: readonly Party[], recent: readonly string[]): Party[] {
  const rank = (party: Party) => {
    const at = recent.indexOf(party.id);
    return at < 0 ? recent.length : at;
  };
  return [...parties].sort((one, other) => rank(one) - rank(other));
}
