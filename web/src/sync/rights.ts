/** Where an edit of a cell goes, and why not when it may not. The words come from the server; none is computed here. */

import type { Side, State } from "../order/order";
import type { RightsColumn } from "./notices";

/** Who writes, when, and with which column of the policy table. */
export interface Writer {
  readonly side: Side;
  readonly role: string;
  readonly state: State;
  readonly rights: RightsColumn;
}

/** Why a cell is read-only for a reader; a refusal's code (`schema/refusals.py`). */
export type Obstacle = "not_yours" | "not_in_this_state" | "agreed" | "closed" | "read_only_member";

/** `lines/7f3a/quantity/M` → `lines.quantity.*`: the field without its register. */
function fieldOf(key: string): string {
  const parts = key.split("/");
  if (parts[0] !== "lines") return key;
  return `lines.${parts[2]}${parts.length > 3 ? ".*" : ""}`;
}

/**
 * The register that one's edit of a cell is written to, or null when one may not write it.
 *
 * Everyone writes his own register. A draft has one author, who says what is asked and what is offered: there, what
 * both registers can hold is asked.
 */
export function registerFor(key: string, writer: Writer): Side | null {
  const home = homeOf(key, writer);
  return home && writer.rights[`${home}.${fieldOf(key)}`] === "write" ? home : null;
}

/** Whether one may write a cell of a given register, for the cells that each side has of its own (`contact`). */
export function mayWrite(register: Side, key: string, writer: Writer): boolean {
  return writer.rights[`${register}.${fieldOf(key)}`] === "write";
}

/** Why one may not write a cell; null when one may. */
export function obstacleTo(key: string, writer: Writer, register?: Side): Obstacle | null {
  const home = register ?? homeOf(key, writer);
  if (home && mayWrite(home, key, writer)) return null;
  if (writer.role === "viewer") return "read_only_member";
  if (writer.state === "closed") return "closed";
  if (home !== writer.side) return "not_yours";
  return writer.state === "agreed" ? "agreed" : "not_in_this_state";
}

function homeOf(key: string, writer: Writer): Side | null {
  const homes = (["client", "supplier"] as const).filter(
    (side) => `${side}.${fieldOf(key)}` in writer.rights,
  );
  if (homes.length < 2) return homes[0] ?? null;
  return writer.state === "draft" ? "client" : writer.side;
}
