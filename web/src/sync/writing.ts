import * as Y from "yjs";
import { lineKey, parse } from "../order/cells";
import { newId } from "../order/ids";
import { type Content, linesOf, positionOf, type Side } from "../order/order";
import { positionsBetween } from "../order/positions";
import { signatureOf, signedTerms } from "../order/terms";
import { canonical, same } from "../order/values";
import { applySplice, spliceBetween } from "./note";
import { mayWrite, registerFor, type Writer } from "./rights";

/** The origin of one's own transactions: what undo may take back. */
export const OWN = Symbol("own edit");

/** A line as it is put on the sheet; what its author may not write yet is left out. */
export interface LineDraft {
  readonly product: string;
  readonly quantity?: string;
  readonly points?: Readonly<Record<string, string>>;
  readonly characteristics?: Readonly<Record<string, string>>;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** A cell's key and its new value; null clears it. */
export type Write = readonly [key: string, value: unknown];

/** Writes one's edits into the document: each act is one transaction, and one step of undo. */
export class OrderWriter {
  private readonly undoing: Y.UndoManager;

  /** `isUnborn`: the server does not know of the order, and will fill some cells when it makes it. */
  constructor(
    private readonly doc: Y.Doc,
    private readonly content: Content,
    private readonly writer: () => Writer,
    private readonly isUnborn = false,
  ) {
    const registers = [doc.getMap("client"), doc.getMap("supplier")];
    this.undoing = new Y.UndoManager(registers, { trackedOrigins: new Set([OWN]), captureTimeout: 0 });
  }

  /** Writes a cell where one's edits of it go. False when one may not write it. */
  set(key: string, value: unknown): boolean {
    return this.setAll([[key, value]]) === 1;
  }

  clear(key: string): boolean {
    return this.set(key, null);
  }

  /** Writes several cells as one act; gives how many could be written. */
  setAll(writes: readonly Write[]): number {
    const writer = this.writer();
    const allowed = writes.flatMap(([key, value]) => {
      const register = registerFor(key, writer);
      return register ? [[register, key, offerOf(this.content, register, key, value, writer)] as const] : [];
    });
    this.transact(() => {
      for (const [register, key, value] of allowed) this.put(register, key, value);
    });
    return allowed.length;
  }

  /** Writes a cell that each side has of its own, such as its contact. */
  setIn(register: Side, key: string, value: unknown): void {
    this.transact(() => this.put(register, key, value));
  }

  /** Puts lines on the sheet as one act; gives their ids. */
  addLines(drafts: readonly LineDraft[]): string[] {
    const writer = this.writer();
    const register = registerFor("lines/new/product", writer);
    if (!register) return [];
    const positions = positionsBetween(lastPosition(this.content), null, drafts.length);
    const lines = drafts.map((draft, at) => ({ line: newId(), writes: cellsOf(draft, positions[at] ?? "") }));
    // Once sent, a line is never deleted: undo would only be refused, and the line's menu withdraws it instead.
    const origin = writer.state === "draft" ? OWN : "line";
    this.doc.transact(() => {
      for (const { line, writes } of lines) {
        for (const [name, value] of writes) {
          const key = lineKey(line, name);
          if (registerFor(key, writer) === register) this.put(register, key, value);
        }
      }
    }, origin);
    return lines.map(({ line }) => line);
  }

  /**
   * Deletes a line of a draft, where nobody else has seen it: every cell of it that one may write. The server empties the
   * rest, such as the price that it filled in for a client.
   */
  removeLine(line: string): void {
    const prefix = `lines/${line}/`;
    const writer = this.writer();
    this.transact(() => {
      for (const register of ["client", "supplier"] as const) {
        for (const key of [...this.content[register].entries()].map(([name]) => name)) {
          if (key.startsWith(prefix) && mayWrite(register, key, writer)) this.put(register, key, null);
        }
      }
    });
  }

  /** Publishes a comment. `anchor`: empty for the order, `lines/7f3a` for a line, a cell's key for a cell. */
  comment(text: string, anchor: string): void {
    this.doc.transact(() => this.doc.getMap("comments").set(newId(), { text, anchor }), "comment");
  }

  /** Brings the shared note to what its author sees, by the smallest splice. */
  writeNote(text: string): void {
    const note = this.doc.getText("note");
    const splice = spliceBetween(note.toString(), text);
    if (splice) this.doc.transact(() => applySplice(note, splice), "note");
  }

  undo(): boolean {
    return this.undoing.undo() !== null;
  }

  redo(): boolean {
    return this.undoing.redo() !== null;
  }

  destroy(): void {
    this.undoing.destroy();
  }

  private transact(act: () => void): void {
    this.doc.transact(act, OWN);
    this.undoing.stopCapturing();
  }

  private put(register: Side, key: string, value: unknown): void {
    const map = this.doc.getMap(register);
    if (value === null || value === undefined) this.clearIn(map, key);
    else if (JSON.stringify(map.get(key)) !== JSON.stringify(value)) map.set(key, value);
  }

  /** What the server would fill is cleared by a null, which is kept until there is something to clear. */
  private clearIn(map: Y.Map<unknown>, key: string): void {
    if (this.isUnborn) map.set(key, null);
    else map.delete(key);
  }
}

/**
 * What an offer is written as. Offering exactly what is asked is no offer of one's own: the cell is cleared, and the
 * sheet is again what the other side signed, unless it signed that very offer.
 */
function offerOf(content: Content, register: Side, key: string, value: unknown, writer: Writer): unknown {
  if (register !== "supplier" || writer.state === "draft" || value === null) return value;
  const asked = content.client.get(key);
  const signature = signatureOf(content, "client");
  if (asked === undefined || !signature || !says(key, value, asked)) return value;
  const signed = signedTerms(signature).supplier[key];
  return signed !== undefined && says(key, value, signed) ? value : null;
}

function says(key: string, one: unknown, two: unknown): boolean {
  const field = parse("supplier", key)?.field;
  return field !== undefined && same(canonical(field.value, one), canonical(field.value, two));
}

function cellsOf(draft: LineDraft, position: string): Write[] {
  const quantity: Write[] = draft.quantity === undefined ? [] : [["quantity", draft.quantity]];
  return [
    ["product", draft.product],
    ["position", position],
    ...quantity,
    ...entriesUnder("quantity", draft.points),
    ...entriesUnder("characteristics", draft.characteristics),
    ...entriesUnder("dimensions", draft.dimensions),
  ];
}

function entriesUnder(name: string, values: Readonly<Record<string, string>> = {}): Write[] {
  return Object.entries(values).map(([key, value]) => [`${name}/${key}`, value]);
}

function lastPosition(content: Content): string | null {
  const last = linesOf(content).at(-1);
  return last === undefined ? null : positionOf(content, last);
}
