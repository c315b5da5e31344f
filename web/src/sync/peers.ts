import type { Awareness } from "y-protocols/awareness";
import type { Side } from "../order/order";

/** Another person on the sheet, and the cell he is in (`lines/7f3a/quantity`; empty when in none). */
export interface Peer {
  readonly client: number;
  readonly id: string;
  readonly name: string;
  readonly side: Side | null;
  readonly bot: boolean;
  readonly colour: number;
  readonly cell: string;
  /** Another window of the person who reads. */
  readonly isSelf: boolean;
}

/** How many ring colours the style sheet has. */
export const PEER_COLOURS = 8;

/** Every window in an awareness but this one, in a stable order. `userId`: who reads. */
export function peersOf(awareness: Awareness, userId = ""): Peer[] {
  const others = [...awareness.getStates()].filter(([client]) => client !== awareness.clientID);
  const seen = others.map(([client, state]) => readPeer(client, state, userId));
  const colours = coloursOf([userId, ...seen.map((peer) => peer.id)]);
  return seen
    .map((peer) => ({ ...peer, colour: colours.get(peer.id) ?? 0 }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.client - b.client);
}

export function isSame(some: readonly Peer[], others: readonly Peer[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

function readPeer(client: number, state: Record<string, unknown>, userId: string): Omit<Peer, "colour"> {
  const user = (state.user ?? {}) as Record<string, unknown>;
  const id = text(user.id) || String(client);
  const side = user.side === "client" || user.side === "supplier" ? user.side : null;
  const bot = user.bot === true || user.role === "bot";
  // Programs give a cell with its register, people as the grid shows it.
  const cell = text(state.cell).replace(/^(client|supplier)\//, "");
  return { client, id, name: text(user.name), side, bot, cell, isSelf: id === userId };
}

/**
 * The ring colours of people who are at an order together: no two have the same while there are enough. Each keeps his
 * own wherever it is free, and every screen that shows the same people reckons the same, with nothing sent for it.
 */
export function coloursOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const colours = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of [...new Set(ids)].sort()) {
    let colour = ownColour(id);
    while (taken.has(colour) && taken.size < PEER_COLOURS) colour = (colour + 1) % PEER_COLOURS;
    taken.add(colour);
    colours.set(id, colour);
  }
  return colours;
}

function ownColour(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return sum % PEER_COLOURS;
}

function text(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 200) : "";
}
