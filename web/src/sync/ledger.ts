/**
 * Which of one's own edits the server has not committed yet.
 *
 * The server counts, per connection, the messages that carry an update (sync step 2 and update) and says "saved through
 * n". This is the same count on our side. A new connection starts at zero; what was not saved by then travels again in
 * its sync step 2. An edit that another tab of this browser made is here too, as it lies on the same device; whichever
 * tab hears that it is saved settles it for both.
 */

export type FrameKind = "step1" | "step2" | "update" | "other";

/**
 * One edit: its id on this device, when it was made (ms), the addresses it touched, and the number of the message that
 * carries it; null while none does.
 */
export interface Edit {
  readonly id: string;
  readonly at: number;
  readonly cells: readonly string[];
  readonly message: number | null;
}

export interface Ledger {
  readonly sent: number;
  readonly edits: readonly Edit[];
}

export type Entry =
  | { readonly kind: "edited"; readonly id: string; readonly at: number; readonly cells: readonly string[] }
  | { readonly kind: "sent"; readonly frame: FrameKind }
  | { readonly kind: "settled"; readonly ids: readonly string[] }
  | { readonly kind: "saved"; readonly through: number }
  | { readonly kind: "disconnected" };

export const EMPTY: Ledger = { sent: 0, edits: [] };

/** The ledger after one more entry. */
export function enter(ledger: Ledger, entry: Entry): Ledger {
  switch (entry.kind) {
    case "edited":
      if (ledger.edits.some(({ id }) => id === entry.id)) return ledger;
      return { ...ledger, edits: [...ledger.edits, editOf(entry)] };
    case "sent":
      return carries(entry.frame) ? carry(ledger) : ledger;
    case "saved":
      return { ...ledger, edits: ledger.edits.filter((edit) => !covered(edit, entry.through)) };
    case "settled":
      return { ...ledger, edits: ledger.edits.filter(({ id }) => !entry.ids.includes(id)) };
    case "disconnected":
      return { sent: 0, edits: ledger.edits.map((edit) => ({ ...edit, message: null })) };
  }
}

/** Whether a message carries an update, and so has a number. */
function carries(frame: FrameKind): boolean {
  return frame === "step2" || frame === "update";
}

/** When the oldest edit that is not saved was made, or null when all are. */
export function unsavedSince(ledger: Ledger): number | null {
  return ledger.edits[0]?.at ?? null;
}

/** The addresses of what is not saved. */
export function unsavedCells(ledger: Ledger): ReadonlySet<string> {
  return new Set(ledger.edits.flatMap((edit) => edit.cells));
}

function editOf({ id, at, cells }: Entry & { kind: "edited" }): Edit {
  return { id, at, cells, message: null };
}

function carry(ledger: Ledger): Ledger {
  const sent = ledger.sent + 1;
  const edits = ledger.edits.map((edit) => (edit.message === null ? { ...edit, message: sent } : edit));
  return { sent, edits };
}

function covered(edit: Edit, through: number): boolean {
  return edit.message !== null && edit.message <= through;
}
