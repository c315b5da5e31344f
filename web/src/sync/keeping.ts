import { effect } from "@preact/signals";
import * as Y from "yjs";
import type { OrderCopy, PendingSignature } from "../offline/database";
import { askToPersist, changes, clearings, kept, none, room, storeFor } from "../offline/device";
import type { Store, Whole } from "../offline/store";
import { isOwned, joinTabs, own, type TabChannel } from "../offline/tabs";
import { BehindFrame } from "./behindFrame";
import type { Keeper, Kept, OrderConnection } from "./connection";
import type { Edit } from "./ledger";
import { applyStored } from "./stored";

/** What tabs with the same order tell each other. `saved`: edits that the server has acknowledged. */
type Told =
  | { readonly kind: "edits"; readonly edits: readonly Edit[]; readonly update: Uint8Array }
  | { readonly kind: "saved"; readonly ids: readonly string[] };

/** What an order had when it was closed: its edits that are not sent, and its whole document. */
export interface Left {
  readonly edits: readonly Edit[];
  readonly update: Uint8Array;
}

/** How many orders stay on a device, beside those with something unsent. */
const ORDERS_KEPT = 50;
const MANY_ROWS = 100;
const PAUSE_MS = 1500;
// While a browser clears its copies, or is short of room, it may refuse a write that it takes a moment later.
const ANEW_ROUNDS = 10;
const ANEW_MS = 300;
/** The origin of what was read from this device. */
const STORED = Symbol("stored");

/** The name under which one tab at a time looks after an order's copy. */
function lockOf(userId: string, orderId: string): string {
  return `shared-order/${userId}/${orderId}`;
}

export function isOpenSomewhere(userId: string, orderId: string): Promise<boolean> {
  return isOwned(lockOf(userId, orderId));
}

/**
 * A copy of an order on this device, by person and order, so that it opens and is edited away from the network.
 *
 * Every tab keeps its own edits, each with its bytes in one transaction: at once away from the network, behind the frame
 * that shows them where a server is there to take them. What comes from the server is kept by the one tab that owns the
 * copy; when that tab closes, another writes down what it has and goes on.
 */
export class Keeping implements Keeper {
  private readonly stops: (() => void)[] = [];
  /** One's own edits on their way to the device. Whatever else is written waits for them. */
  private readonly own = new BehindFrame();
  private tabs: TabChannel<Told> | null = null;
  private connection: OrderConnection | null = null;
  private owns = false;
  /** Whether not all of the document is on the device: another tab keeps what comes, or a write failed. */
  private isBehind = false;
  /** Whether a write failed, so that what this device has is not all that its owner made. */
  private isShort = false;
  /** The latest edit on its way to the device. */
  private latest: Promise<void> = Promise.resolve();
  /** What the server has, and this device still counts as unsent. */
  private readonly acknowledged = new Set<string>();
  private isSettling = false;
  private noting: ReturnType<typeof setTimeout> | undefined;
  /** All that was noted beside the document, for a browser that clears it. */
  private noted: Partial<OrderCopy> = {};

  /** What was known of the order when it was opened. */
  readonly copy: OrderCopy | null;
  /** The document that was filled before the order was born, if it is still to be written into the server's. */
  readonly begun: readonly Uint8Array[];
  /** Under which the document and its edits lie. */
  private readonly key: string;
  private rows: number;

  private constructor(
    private store: Store,
    private readonly userId: string,
    private readonly orderId: string,
    private readonly doc: Y.Doc,
    whole: Whole,
    readonly kept: Kept,
  ) {
    this.copy = whole.copy;
    this.noted = whole.copy ?? {};
    this.begun = whole.begun;
    this.key = whole.key;
    this.rows = whole.pages.updates.length;
  }

  /**
   * Loads the copy into `doc`. `isBorn`: the server has made an order that was begun here. Null where the browser keeps
   * nothing, as in some private windows, and where something unsent lies in a copy that cannot be read.
   */
  static async open(userId: string, orderId: string, doc: Y.Doc, isBorn = false): Promise<Keeping | null> {
    const store = await storeFor(userId);
    if (!store) return null;
    const whole = await readInto(doc, store, orderId, isBorn);
    if (!whole) return none();
    const known: Kept = {
      // The greeting of an order that was begun here was this device's own; the server gives its own.
      hello: whole.copy?.beginning && isBorn ? null : (whole.copy?.hello ?? null),
      refusals: whole.copy?.refusals ?? [],
      edits: whole.edits.map(({ id, at, cells }) => ({ id, at, cells, message: null })),
    };
    return new Keeping(store, userId, orderId, doc, whole, known);
  }

  /**
   * Keeps an order that is open already, where the device gave its store late. What lies here goes into the document as
   * what another tab made. Null where it cannot: a copy of another epoch, one that cannot be read, and what is only taken
   * over by opening: an order that was begun here, and a signature that waits.
   */
  static async adopt(userId: string, connection: OrderConnection): Promise<Keeping | null> {
    const { orderId, doc } = connection;
    const store = await storeFor(userId);
    const lies = new Y.Doc();
    const whole = store && (await readInto(lies, store, orderId, false));
    const hello = connection.hello.peek();
    if (!whole || !hello || whole.copy?.beginning || whole.copy?.signature) return null;
    if (whole.copy?.hello && whole.copy.hello.epoch !== hello.epoch) return null;
    connection.learn(
      whole.edits.map((edit) => ({ ...edit, message: null })),
      Y.encodeStateAsUpdate(lies),
    );
    lies.destroy();
    const keeping = new Keeping(store, userId, orderId, doc, whole, { hello, refusals: [], edits: [] });
    keeping.isBehind = true;
    keeping.follow(connection);
    // The owner of the copy has begun to write all there is.
    if (keeping.isBehind) void keeping.write(new Uint8Array());
    keeping.tellLists();
    return keeping;
  }

  /** Keeps what happens from now on. */
  follow(connection: OrderConnection): void {
    this.connection = connection;
    connection.keeper = this;
    const name = lockOf(this.userId, this.orderId);
    this.tabs = joinTabs<Told>(name, (told) => this.heard(told));
    this.stops.push(
      own(name, () => this.owned()),
      effect(() => {
        const { hello, rights } = connection;
        if (hello.value) void this.note({ hello: { ...hello.value, rights: rights.value } });
      }),
      effect(() => {
        void this.note({ refusals: connection.refusals.value });
      }),
      effect(() => this.parted(connection)),
      effect(() => {
        // Something else found room, and says so: what found none must not lie nowhere while that is read.
        if (room.value === "kept" && this.isShort) void this.write(new Uint8Array());
      }),
      this.followClearings(),
    );
  }

  edited(edit: Edit, update: Uint8Array): void {
    askToPersist();
    const { id, at, cells } = edit;
    // Where no server gets it by the socket behind the same frame, it waits for nothing: the page may be left before.
    const isAlone = this.connection?.status.peek().kind !== "live";
    this.latest = this.write(update, { id, at, cells }, !isAlone);
    void this.latest.then(() => this.tellLists());
    if (isAlone) this.tabs?.tell({ kind: "edits", edits: [edit], update });
  }

  received(update: Uint8Array): void {
    this.noteStanding();
    if (this.owns) void this.write(update);
    else this.isBehind = true;
  }

  saved(ids: readonly string[]): void {
    this.noteStanding();
    this.tabs?.tell({ kind: "saved", ids });
    this.own.now();
    for (const id of ids) this.acknowledged.add(id);
    void this.settle();
  }

  /** An edit that could not be forgotten would count as unsent until the order is opened again: it is tried anew. */
  private async settle(): Promise<void> {
    if (this.isSettling) return;
    this.isSettling = true;
    for (let failures = 0; this.acknowledged.size > 0 && failures < ANEW_ROUNDS; ) {
      const ids = [...this.acknowledged];
      if (await kept(this.store.settle(ids))) {
        for (const id of ids) this.acknowledged.delete(id);
        this.tellLists();
      } else {
        failures += 1;
        await new Promise((resolve) => setTimeout(resolve, ANEW_MS));
      }
    }
    this.isSettling = false;
  }

  /** What is known beside the document at this moment, by whichever tab. */
  async standing(): Promise<OrderCopy | null> {
    return (await this.store.order(this.orderId).catch(() => undefined)) ?? null;
  }

  /** Changes what is known beside the document. */
  note(part: Partial<OrderCopy>): Promise<boolean> {
    this.noted = { ...this.noted, ...part };
    this.own.now();
    return kept(this.store.change(this.orderId, part));
  }

  keepSignature(signature: PendingSignature | null): Promise<boolean> {
    return this.note({ signature }).finally(() => this.tellLists());
  }

  /** Takes up what an order that was begun here had when it was closed, which a full device may not have taken. */
  takeUp({ edits, update }: Left): void {
    this.connection?.learn(edits, update);
    const here = new Set(this.kept.edits.map(({ id }) => id));
    if (edits.every(({ id }) => here.has(id))) return;
    this.isBehind = true;
    void this.write(new Uint8Array()).then(() => this.tellLists());
  }

  /** Whether the device has taken all that was edited until now. */
  async hasAll(): Promise<boolean> {
    this.own.now();
    await this.latest;
    return !this.isShort;
  }

  /** What was written before the order was born is in the server's document, and kept there. */
  async finishBeginning(): Promise<void> {
    this.noted = { ...this.noted, beginning: null };
    this.own.now();
    for (let failures = 0; failures < ANEW_ROUNDS; failures += 1) {
      if (await kept(this.store.finishBeginning(this.orderId))) break;
      await new Promise((resolve) => setTimeout(resolve, ANEW_MS));
    }
    this.tellLists();
  }

  /** Removes the copy: of an order that is no longer shared with one, or that was rebuilt. */
  async forget(): Promise<void> {
    this.stop();
    await this.store.forget(this.orderId).catch(() => undefined);
    this.tellLists();
  }

  /** Lets go; the copy stays. */
  close(): void {
    this.stop();
  }

  /** A browser that cleared its copies gets everything of this order again. */
  private followClearings(): () => void {
    const known = clearings.peek();
    return effect(() => {
      if (clearings.value > known) void this.keepAnew();
    });
  }

  private async keepAnew(): Promise<void> {
    for (let round = 0; round < ANEW_ROUNDS && this.connection; round += 1) {
      const store = await storeFor(this.userId);
      if (store) this.store = store;
      this.isBehind = true;
      if (store && (await this.note(this.noted))) await this.write(new Uint8Array());
      if (!this.isBehind) break;
      await new Promise((resolve) => setTimeout(resolve, ANEW_MS));
    }
    this.tellLists();
  }

  /** Away from the network tabs meet here: each tells what the server does not have. */
  private parted(connection: OrderConnection): void {
    if (connection.status.value.kind !== "offline") return;
    const edits = connection.edits.peek();
    if (edits.length > 0) this.tabs?.tell({ kind: "edits", edits, update: Y.encodeStateAsUpdate(this.doc) });
    this.noteStanding();
  }

  private heard(told: Told): void {
    if (told.kind === "edits") this.connection?.learn(told.edits, told.update);
    else this.connection?.settle(told.ids);
  }

  private owned(): void {
    this.owns = true;
    const compact = () => void this.compact();
    if (this.isBehind) void this.write(new Uint8Array()).then(compact);
    else compact();
    const isOpen = (id: string) => isOpenSomewhere(this.userId, id);
    void this.store.prune(ORDERS_KEPT, isOpen).catch(() => undefined);
  }

  /** Writes an update. After a write that failed, or as a new owner, all there is goes in its place. */
  private async write(update: Uint8Array, edit?: Omit<Edit, "message">, waits = false): Promise<void> {
    const isWhole = this.isBehind;
    this.isBehind = false;
    this.isShort = false;
    const bytes = isWhole ? Y.encodeStateAsUpdate(this.doc) : update;
    const append = () => this.store.append(this.key, bytes, edit);
    if (!waits) this.own.now();
    const isKept = await kept(waits ? this.own.add(append) : append());
    if (!isKept) {
      this.isBehind = true;
      this.isShort = true;
    } else if (isWhole) await this.writeEdits();
    this.rows += 1;
    if (this.owns && this.rows > MANY_ROWS) await this.compact();
  }

  private async writeEdits(): Promise<void> {
    const nothing = Y.encodeStateAsUpdate(new Y.Doc());
    for (const { id, at, cells } of this.connection?.edits.peek() ?? []) {
      await kept(this.store.append(this.key, nothing, { id, at, cells }));
    }
  }

  /** Makes one row of many, from the rows alone: another tab may have written one that is not in this document. */
  private async compact(): Promise<void> {
    if (this.rows < MANY_ROWS / 5) return;
    this.rows = 1;
    try {
      const pages = await this.store.pagesOf(this.key);
      if (pages.updates.length === 0) return;
      const whole = new Y.Doc();
      applyStored(whole, pages.updates);
      await this.store.compact(this.key, Y.encodeStateAsUpdate(whole), pages.last);
      whole.destroy();
    } catch {
      // The rows are as they were: a copy that could not be made smaller is still a copy.
    }
  }

  /** Notes, a moment later, what the server has acknowledged: all there is, when nothing is unsaved. */
  private noteStanding(): void {
    clearTimeout(this.noting);
    this.noting = setTimeout(() => {
      const connection = this.connection;
      if (connection?.status.peek().kind !== "live" || connection.unsaved.peek() > 0) return;
      void this.note({ seen: Date.now(), server: Y.encodeStateVector(this.doc), opened: Date.now() });
    }, PAUSE_MS);
  }

  private tellLists(): void {
    changes.value += 1;
  }

  private stop(): void {
    clearTimeout(this.noting);
    this.own.close();
    for (const stop of this.stops.splice(0)) stop();
    this.tabs?.close();
    this.tabs = null;
    if (this.connection) this.connection.keeper = null;
    this.connection = null;
  }
}

/**
 * Reads a copy. A disk may damage one, and nobody must be kept from the order by it: where nothing in it is unsent, it is
 * let go. Else it stays, counted as unsent, and gives null.
 */
async function readInto(doc: Y.Doc, store: Store, orderId: string, isBorn: boolean): Promise<Whole | null> {
  const read = async () => {
    const whole = await store.whole(orderId, isBorn);
    applyStored(doc, whole.pages.updates, STORED);
    return whole;
  };
  const anew = async () => {
    if ((await store.unsent()).has(orderId)) return null;
    await store.forget(orderId);
    return read();
  };
  return read()
    .catch(anew)
    .catch(() => null);
}
