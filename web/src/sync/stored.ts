import * as Y from "yjs";

/** Puts what lies on the device into a document: a history is merged and applied once, never piece by piece. */
export function applyStored(doc: Y.Doc, updates: readonly Uint8Array[], origin?: unknown): void {
  if (updates.length > 0) Y.applyUpdate(doc, Y.mergeUpdates([...updates]), origin);
}

/** Of a history that a disk may have damaged, what can still be read: to be shown, and never sent as the whole. */
export function soundOf(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  return updates.filter((update) => {
    try {
      Y.decodeUpdate(update);
      return true;
    } catch {
      return false;
    }
  });
}
