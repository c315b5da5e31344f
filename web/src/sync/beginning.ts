import * as Y from "yjs";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Beginning } from "../offline/database";
import { applySplice } from "./note";
import { applyStored } from "./stored";
import { OWN } from "./writing";

/**
 * An order begun away from the network.
 *
 * It is a document of this device alone. On return the server is asked to make the order, under the id that was chosen
 * here; the cells that were filled meanwhile are then written into the server's own document as ordinary edits. So the
 * order is born by the server's rules, and what its author chose stands over what the server filled in by itself.
 */

const WRITTEN = ["client", "supplier", "comments"] as const;

/** What somebody filled: address → value, null where he cleared it; the note under `note`. */
export function cellsIn(doc: Y.Doc): Record<string, unknown> {
  const cells: Record<string, unknown> = {};
  for (const root of WRITTEN) {
    for (const [key, value] of doc.getMap(root)) cells[`${root}/${key}`] = value;
  }
  const note = doc.getText("note").toString();
  return note ? { ...cells, note } : cells;
}

/** The same of a document that lies on the device. */
export function cellsOfUpdates(updates: readonly Uint8Array[]): Record<string, unknown> {
  const doc = new Y.Doc();
  applyStored(doc, updates);
  const cells = cellsIn(doc);
  doc.destroy();
  return cells;
}

/** Writes kept cells as one edit of their author; doing it twice changes nothing more. */
export function writeCells(doc: Y.Doc, cells: Readonly<Record<string, unknown>>): void {
  doc.transact(() => {
    for (const [address, value] of Object.entries(cells)) {
      if (address === "note") writeNote(doc, String(value));
      else writeCell(doc, address, value);
    }
  }, OWN);
}

function writeCell(doc: Y.Doc, address: string, value: unknown): void {
  const cut = address.indexOf("/");
  const map = doc.getMap(address.slice(0, cut));
  const key = address.slice(cut + 1);
  if (value === null) map.delete(key);
  else if (JSON.stringify(map.get(key)) !== JSON.stringify(value)) map.set(key, value);
}

function writeNote(doc: Y.Doc, text: string): void {
  const note = doc.getText("note");
  if (note.length === 0) applySplice(note, { at: 0, removed: 0, inserted: text });
}

/** Asks the server for the order; null when it has it, else why not. Asking twice makes one order. */
export async function giveBirth(orderId: string, { side, party }: Beginning): Promise<Problem | null> {
  const other = side === "supplier" ? { client_id: party.id } : { supplier_id: party.id };
  return api.post("/api/orders", { ...other, id: orderId }).then(() => null, asProblem);
}
