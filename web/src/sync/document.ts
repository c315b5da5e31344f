import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type * as Y from "yjs";
import { nounAt } from "../order/cells";
import type { Content } from "../order/order";
import { addressesIn } from "./addresses";
import type { Splice } from "./note";

const MAPS = ["client", "supplier", "record", "comments"] as const;
type MapRoot = (typeof MAPS)[number];

/** A document's roots as plain maps; `Content` of `order/`, mended in place. */
interface Mirror extends Record<MapRoot, Map<string, unknown>> {
  note: string;
}

/** A document as content, read where it lies: for one look. */
export function contentIn(doc: Y.Doc): Content {
  return {
    client: doc.getMap("client"),
    supplier: doc.getMap("supplier"),
    record: doc.getMap("record"),
    comments: doc.getMap("comments"),
    note: doc.getText("note").toString(),
  };
}

/**
 * A document as plain content, kept up by its events, with one signal for each cell that somebody looks at.
 *
 * An edit costs what it changes: the content is mended in place, and only the signals of the changed cells fire.
 */
export class OrderDocument {
  readonly content: Mirror = {
    client: new Map(),
    supplier: new Map(),
    record: new Map(),
    comments: new Map(),
    note: "",
  };
  /** Counts transactions that touched a register or the record: what totals, terms and colours depend on. */
  readonly revision = signal(0);
  /** Counts changes of which lines there are, and in what order. */
  readonly structure = signal(0);
  readonly comments = signal(0);
  readonly note = signal("");
  private readonly assumed = new Map<string, unknown>();
  private readonly cells = new Map<string, Signal<unknown>>();
  private readonly watchers = new Set<(addresses: readonly string[]) => void>();
  private readonly noteWatchers = new Set<(splices: readonly Splice[]) => void>();
  private readonly stop: () => void;

  constructor(readonly doc: Y.Doc) {
    const after = (transaction: Y.Transaction) => this.follow(transaction);
    const stops = MAPS.map((root) => this.mirror(root));
    const note = doc.getText("note");
    const typed = (event: Y.YTextEvent) => this.noted(event);
    note.observe(typed);
    this.note.value = note.toString();
    this.content.note = this.note.value;
    doc.on("afterTransaction", after);
    this.stop = () => {
      doc.off("afterTransaction", after);
      note.unobserve(typed);
      for (const one of stops) one();
    };
  }

  /** The value at an address (`client/lines/7f3a/quantity`), as a signal that fires for this cell alone. */
  cell(address: string): ReadonlySignal<unknown> {
    const known = this.cells.get(address);
    if (known) return known;
    const made = signal(this.valueAt(address));
    this.cells.set(address, made);
    return made;
  }

  /**
   * Shows, from what this device knows, values that the server will write: away from the network a line has a name and
   * a price too. The document is not touched, and whatever stands in it wins, a cell that was cleared too.
   */
  assume(values: Readonly<Record<string, unknown>>): void {
    const open = Object.entries(values).filter(([address]) => this.valueAt(address) === undefined);
    for (const [address, value] of open) {
      this.assumed.set(address, value);
      this.copy(...parted(address));
    }
    this.told(open.map(([address]) => address));
  }

  /** Whether what is shown at an address is assumed, and does not stand in the document. */
  isAssumed(address: string): boolean {
    return this.assumed.has(address) && !this.doc.getMap(parted(address)[0]).has(parted(address)[1]);
  }

  /** Only what stands in the document is shown again. */
  assumeNothing(): void {
    const addresses = [...this.assumed.keys()];
    this.assumed.clear();
    for (const address of addresses) this.copy(...parted(address));
    this.told(addresses);
  }

  /** Calls back with the addresses that somebody else's transaction changed; gives the way to stop. */
  watch(watcher: (addresses: readonly string[]) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Calls back with what somebody else's transaction did to the note, so that a caret can stay in its place. */
  watchNote(watcher: (splices: readonly Splice[]) => void): () => void {
    this.noteWatchers.add(watcher);
    return () => this.noteWatchers.delete(watcher);
  }

  destroy(): void {
    this.stop();
    this.watchers.clear();
    this.noteWatchers.clear();
  }

  private mirror(root: MapRoot): () => void {
    const map = this.doc.getMap(root);
    for (const key of map.keys()) this.copy(root, key);
    const observer = (event: Y.YMapEvent<unknown>) => {
      for (const key of event.keysChanged) this.copy(root, key);
    };
    map.observe(observer);
    return () => map.unobserve(observer);
  }

  /** Shows what stands under a key. A cell that is cleared before the order's birth holds null, and shows nothing. */
  private copy(root: MapRoot, key: string): void {
    const map = this.doc.getMap(root);
    const value = map.has(key) ? map.get(key) : this.assumed.get(`${root}/${key}`);
    if (value === null || value === undefined) this.content[root].delete(key);
    else this.content[root].set(key, value);
  }

  private noted(event: Y.YTextEvent): void {
    this.content.note = this.doc.getText("note").toString();
    this.note.value = this.content.note;
    if (event.transaction.local) return;
    const splices = splicesIn(event);
    for (const watcher of this.noteWatchers) watcher(splices);
  }

  private follow(transaction: Y.Transaction): void {
    const addresses = addressesIn(transaction).filter((address) => address !== "note");
    this.told(addresses);
    if (addresses.length > 0 && !transaction.local) for (const watcher of this.watchers) watcher(addresses);
  }

  private told(addresses: readonly string[]): void {
    if (addresses.length === 0) return;
    batch(() => {
      for (const address of addresses) this.fire(address);
      if (addresses.some(isStructure)) this.structure.value += 1;
      if (addresses.some((address) => !address.startsWith("comments/"))) this.revision.value += 1;
      if (addresses.some(isComment)) this.comments.value += 1;
    });
  }

  private fire(address: string): void {
    const cell = this.cells.get(address);
    if (cell) cell.value = this.valueAt(address);
  }

  private valueAt(address: string): unknown {
    const [root, key] = parted(address);
    return this.content[root].get(key);
  }
}

function parted(address: string): [MapRoot, string] {
  const cut = address.indexOf("/");
  return [address.slice(0, cut) as MapRoot, address.slice(cut + 1)];
}

function isStructure(address: string): boolean {
  const noun = nounAt(address);
  return noun === "product" || noun === "position";
}

function isComment(address: string): boolean {
  return address.startsWith("comments/") || address.startsWith("record/comments/");
}

function splicesIn(event: Y.YTextEvent): Splice[] {
  const splices: Splice[] = [];
  let at = 0;
  for (const step of event.delta) {
    if (step.retain) at += step.retain;
    const inserted = typeof step.insert === "string" ? step.insert : "";
    const removed = step.delete ?? 0;
    if (inserted || removed) splices.push({ at, removed, inserted });
    at += inserted.length;
  }
  return splices;
}
