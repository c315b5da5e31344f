/** The server's notices on an order's socket: message type 64, JSON text (see `schema/messages.py`). */

import type { Side } from "../order/order";

export const NOTICE = 64;

/** What this page and the server say to each other (`schema/messages.py`); a server that says otherwise turns it away. */
export const PROTOCOL = "1";

/** Field → word of the policy table: `read`, `write`, `add`, `allow` or `deny`. */
export type RightsColumn = Readonly<Record<string, string>>;

export interface Hello {
  readonly type: "hello";
  readonly user: { readonly id: string; readonly name: string };
  readonly side: Side;
  readonly role: string;
  readonly state: string;
  readonly epoch: string;
  readonly rights: RightsColumn;
}

interface RightsNotice {
  readonly type: "rights";
  readonly state: string;
  readonly rights: RightsColumn;
}

interface Saved {
  readonly type: "saved";
  readonly through: number;
}

/** One edit that did not take effect: what was tried, and what stands instead. */
export interface Refusal {
  readonly id: string;
  readonly cell: string;
  readonly code: string;
  readonly message: string;
  readonly tried: unknown;
  readonly kept: unknown;
  readonly by?: string;
}

interface Refused {
  readonly type: "refused";
  readonly items: readonly Refusal[];
}

interface Availability {
  readonly type: "availability";
  readonly available: boolean;
  readonly message: string;
}

export type Notice = Hello | RightsNotice | Saved | Refused | Availability;

const TYPES: ReadonlySet<string> = new Set<Notice["type"]>([
  "hello",
  "rights",
  "saved",
  "refused",
  "availability",
]);

/** The notice in a JSON text; null for a type that this version does not know. */
export function readNotice(text: string): Notice | null {
  const value: unknown = JSON.parse(text);
  const type = (value as { type?: unknown } | null)?.type;
  return typeof type === "string" && TYPES.has(type) ? (value as Notice) : null;
}
