import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { readVarString } from "lib0/decoding";
import type { Awareness } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { newId } from "../order/ids";
import type { Side } from "../order/order";
import { addressesIn } from "./addresses";
import { type Ending, endingOf, SIGNED_OUT } from "./closes";
import { type Edit, EMPTY, type Entry, enter, type Ledger, unsavedCells, unsavedSince } from "./ledger";
import {
  type Hello,
  NOTICE,
  type Notice,
  PROTOCOL,
  type Refusal,
  type RightsColumn,
  readNotice,
} from "./notices";
import { isSame, type Peer, peersOf } from "./peers";
import { tellingSocket } from "./socket";

export type Status =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "offline" }
  | { readonly kind: "closed"; readonly code: number; readonly ending: Ending };

/** What the sheet may say of one's own edits. "saved": connected, synchronised, and everything committed. */
export type SavedState = "saved" | "saving" | "offline";

/** What this device knew of an order when it was last open, beside the document itself. */
export interface Kept {
  /** The greeting: who one is here, with which rights, in which epoch. Null on a first visit. */
  readonly hello: Hello | null;
  /** Edits that were not saved yet. */
  readonly edits: readonly Edit[];
  readonly refusals: readonly Refusal[];
}

/** Who keeps what happens to a document on this device. */
export interface Keeper {
  edited(edit: Edit, update: Uint8Array): void;
  received(update: Uint8Array): void;
  saved(ids: readonly string[]): void;
}

// A key held down goes through thirty cells a second.
const PRESENCE_MS = 60;

/** The origin of what another tab of this browser made: it is on the device already. */
export const TAB = Symbol("another tab");

export interface ConnectionOptions {
  readonly orderId: string;
  /** `wss://host/ws/orders`; by default that of the page. */
  readonly url?: string;
  readonly doc?: Y.Doc;
  /** What a copy on this device knew: its epoch goes along, so that a rebuilt order is never merged with it. */
  readonly kept?: Kept;
  readonly socket?: typeof WebSocket;
  readonly now?: () => number;
}

/** One order's document on its socket, and what is known of the connection, as signals. */
export class OrderConnection {
  readonly orderId: string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly status = signal<Status>({ kind: "connecting" });
  readonly hello = signal<Hello | null>(null);
  readonly rights = signal<RightsColumn>({});
  readonly refusals = signal<readonly Refusal[]>([]);
  readonly peers = signal<readonly Peer[]>([]);
  readonly availability = signal<{ readonly available: boolean; readonly message: string }>({
    available: true,
    message: "",
  });
  readonly edits: ReadonlySignal<readonly Edit[]> = computed(() => this.ledger.value.edits);
  readonly unsaved: ReadonlySignal<number> = computed(() => this.edits.value.length);
  readonly since: ReadonlySignal<number | null> = computed(() => unsavedSince(this.ledger.value));
  readonly unsavedCells = computed(() => unsavedCells(this.ledger.value));
  readonly side: ReadonlySignal<Side | null> = computed(() => this.hello.value?.side ?? null);
  readonly saved: ReadonlySignal<SavedState> = computed(() => this.savedState());
  /** Whether cells that lie on this device are still to be written into the document. */
  readonly owes = signal(false);
  keeper: Keeper | null = null;
  private readonly ledger = signal<Ledger>(EMPTY);
  private readonly provider: WebsocketProvider;
  private readonly now: () => number;
  private place = "";
  private moving: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.orderId = options.orderId;
    this.doc = options.doc ?? new Y.Doc();
    this.now = options.now ?? Date.now;
    // Before the provider's own listener: an edit must be in the ledger when its message is sent.
    this.doc.on("update", this.edited);
    this.provider = new WebsocketProvider(options.url ?? pageSocket(), options.orderId, this.doc, {
      connect: false,
      params: { protocol: PROTOCOL },
      WebSocketPolyfill: tellingSocket((frame) => this.enter({ kind: "sent", frame }), options.socket),
      shouldReconnect: (event) => endingOf(event.code) === null,
      // Two tabs meet at the server, or at the copy on this device (`keeping.ts`), which counts what is not saved.
      disableBc: true,
    });
    this.awareness = this.provider.awareness;
    this.listen();
    if (options.kept) this.remember(options.kept);
  }

  /** Opens the socket, and keeps coming back until `destroy` or a close that ends the session. */
  connect(): void {
    this.provider.connect();
  }

  /** Away from the network until `connect`: for an order that the server does not know yet. */
  stayAway(): void {
    this.status.value = { kind: "offline" };
  }

  /** The server said by another way than the socket that one's session is over. */
  signOut(): void {
    this.status.value = { kind: "closed", code: SIGNED_OUT, ending: "signed_out" };
  }

  /** Takes over what another tab of this browser made; it is sent from here too if this tab gets through first. */
  learn(edits: readonly Edit[], update: Uint8Array): void {
    batch(() => {
      for (const { id, at, cells } of edits) this.enter({ kind: "edited", id, at, cells });
      Y.applyUpdate(this.doc, update, TAB);
    });
  }

  /** Another tab has heard that these edits are saved. */
  settle(ids: readonly string[]): void {
    this.enter({ kind: "settled", ids });
  }

  /** Says which cell one is in, a moment later; empty for none. Cells that are only passed through are not told. */
  moveTo(cell: string): void {
    this.place = cell;
    this.moving ??= setTimeout(() => {
      this.moving = undefined;
      if (this.awareness.getLocalState()?.cell !== this.place)
        this.awareness.setLocalStateField("cell", this.place);
    }, PRESENCE_MS);
  }

  /** Takes a refusal off the screen, and asks the server not to show it again. */
  async dismiss(id: string): Promise<void> {
    this.refusals.value = this.refusals.value.filter((refusal) => refusal.id !== id);
    const path = `/api/orders/${this.orderId}/refusals/${encodeURIComponent(id)}`;
    // Offline, the refusal comes back with the next greeting, which is right: nobody has heard of the dismissal.
    // Its page may be left at once: `keepalive`.
    await fetch(path, { method: "DELETE", keepalive: true }).catch(() => undefined);
  }

  destroy(): void {
    clearTimeout(this.moving);
    if (typeof window !== "undefined") removeEventListener("offline", this.cut);
    this.doc.off("update", this.edited);
    this.provider.destroy();
    this.awareness.destroy();
  }

  private listen(): void {
    this.provider.on("sync", (synced) => {
      if (synced) this.status.value = { kind: "live" };
    });
    this.provider.on("connection-close", (event) => this.closed(event));
    if (typeof window !== "undefined") addEventListener("offline", this.cut);
    this.provider.messageHandlers[NOTICE] = (_encoder, decoder) => {
      const notice = readNotice(readVarString(decoder));
      if (notice) batch(() => this.heard(notice));
    };
    this.awareness.on("change", () => {
      const peers = peersOf(this.awareness, this.hello.peek()?.user.id);
      // One's own moves are told here too, and every cell asks who is in it.
      if (!isSame(peers, this.peers.peek())) this.peers.value = peers;
    });
  }

  private remember(kept: Kept): void {
    if (kept.hello) this.greeted(kept.hello);
    this.refusals.value = kept.refusals;
    this.ledger.value = enter({ ...EMPTY, edits: kept.edits }, { kind: "disconnected" });
  }

  /** A browser that says the network is gone is believed at once; a socket would take half a minute to notice. */
  private readonly cut = (): void => {
    if (!this.provider.shouldConnect) return;
    this.provider.disconnect();
    // The server may be on this very machine.
    this.provider.connect();
  };

  private closed(event: CloseEvent | null): void {
    const ending = event ? endingOf(event.code) : null;
    batch(() => {
      this.enter({ kind: "disconnected" });
      this.status.value = ending ? { kind: "closed", code: event?.code ?? 0, ending } : { kind: "offline" };
    });
  }

  private heard(notice: Notice): void {
    switch (notice.type) {
      case "hello":
        this.greeted(notice);
        return;
      case "rights":
        this.rights.value = notice.rights;
        return;
      case "saved":
        this.acknowledged(notice.through);
        return;
      case "refused":
        this.refusals.value = withNew(this.refusals.value, notice.items);
        return;
      case "availability":
        this.availability.value = { available: notice.available, message: notice.message };
    }
  }

  private acknowledged(through: number): void {
    const before = this.edits.peek();
    this.enter({ kind: "saved", through });
    const left = new Set(this.edits.peek().map(({ id }) => id));
    const saved = before.flatMap(({ id }) => (left.has(id) ? [] : [id]));
    if (saved.length > 0) this.keeper?.saved(saved);
  }

  private greeted(hello: Hello): void {
    this.hello.value = hello;
    this.rights.value = hello.rights;
    this.provider.params = { protocol: PROTOCOL, epoch: hello.epoch };
    this.awareness.setLocalStateField("user", {
      id: hello.user.id,
      name: hello.user.name,
      side: hello.side,
    });
  }

  private readonly edited = (
    update: Uint8Array,
    origin: unknown,
    _doc: Y.Doc,
    transaction: Y.Transaction,
  ) => {
    if (!transaction.local) {
      if (origin !== TAB) this.keeper?.received(update);
      return;
    }
    const edit = { id: newId(), at: this.now(), cells: addressesIn(transaction) };
    this.enter({ kind: "edited", ...edit });
    this.keeper?.edited({ ...edit, message: null }, update);
  };

  private enter(entry: Entry): void {
    this.ledger.value = enter(this.ledger.value, entry);
  }

  private savedState(): SavedState {
    if (this.status.value.kind !== "live") return "offline";
    return this.unsaved.value === 0 && !this.owes.value && this.availability.value.available
      ? "saved"
      : "saving";
  }
}

function withNew(known: readonly Refusal[], items: readonly Refusal[]): readonly Refusal[] {
  const ids = new Set(items.map((item) => item.id));
  return [...known.filter((refusal) => !ids.has(refusal.id)), ...items];
}

function pageSocket(): string {
  return `${location.origin.replace(/^http/, "ws")}/ws/orders`;
}
