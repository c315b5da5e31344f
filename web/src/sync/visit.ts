import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Doc } from "yjs";
import type { Problem } from "../api/problem";
import type { Beginning, OrderCopy } from "../offline/database";
import { goUnkept } from "../offline/device";
import { exclusively } from "../offline/tabs";
import { cellsOfUpdates, giveBirth, writeCells } from "./beginning";
import { OrderConnection } from "./connection";
import { Keeping } from "./keeping";
import { Signing } from "./signing";

const RETRY_MS = 3000;

/** An order that is open on this device: its copy, its connection, and what waits to be told to the server. */
export class Visit {
  readonly signing: Signing;
  /** An order begun here of which the server does not have everything yet. */
  readonly beginning: Signal<Beginning | null>;
  /** Whether the server does not even know of it. */
  readonly isUnborn: ReadonlySignal<boolean>;
  /** Why the server would not make it. */
  readonly trouble = signal<Problem | null>(null);
  /** When the copy that one starts from was last in step with the server (ms), or else opened; null for none. */
  readonly lastSeen: number | null;
  private readonly stops: (() => void)[] = [];
  private retrying: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  private constructor(
    readonly connection: OrderConnection,
    private keeper: Keeping | null,
    copy: OrderCopy | null,
    isBorn: boolean,
  ) {
    if (!keeper) this.stops.push(goUnkept());
    this.lastSeen = copy?.hello && !copy.beginning ? (copy.seen ?? copy.opened) : null;
    this.beginning = signal(copy?.beginning ?? null);
    this.isUnborn = computed(() => this.beginning.value !== null && !isBorn);
    this.signing = new Signing(connection, copy?.signature ?? null, {
      read: async () => (await this.keeping?.standing())?.signature ?? null,
      keep: async (signature) => this.keeping?.keepSignature(signature) ?? false,
    });
  }

  /** Who keeps the order on this device; null where nobody does. */
  get keeping(): Keeping | null {
    return this.keeper;
  }

  /** Begins to keep what is open, once the device gives its store after all. */
  async keepLate(userId: string): Promise<void> {
    const late = await Keeping.adopt(userId, this.connection);
    if (!late) return;
    if (this.isClosed) return late.close();
    this.keeper = late;
    for (const stop of this.stops.splice(0, 1)) stop();
  }

  /** Opens the copy on this device, if there is one, and the connection. `connect` starts it. */
  static async open(userId: string, orderId: string): Promise<Visit> {
    const doc = new Doc();
    const keeping = await Keeping.open(userId, orderId, doc, false);
    const beginning = keeping?.copy?.beginning ?? null;
    const isBorn = beginning !== null && (await giveBirth(orderId, beginning)) === null;
    if (!isBorn) return Visit.with(orderId, doc, keeping, false);
    const theirs = new Doc();
    return Visit.with(orderId, theirs, await Keeping.open(userId, orderId, theirs, true), true);
  }

  private static with(orderId: string, doc: Doc, keeping: Keeping | null, isBorn: boolean): Visit {
    const connection = new OrderConnection({ orderId, doc, ...(keeping ? { kept: keeping.kept } : {}) });
    keeping?.follow(connection);
    return new Visit(connection, keeping, keeping?.copy ?? null, isBorn);
  }

  /** Goes to the server, or waits for it. `reborn` is called when an order begun here is the server's now. */
  connect(reborn: () => void): void {
    const beginning = this.beginning.value;
    if (beginning && this.isUnborn.value) this.waitForBirth(beginning, reborn);
    else {
      if (beginning) this.writeKept();
      this.connection.connect();
    }
  }

  close(): void {
    clearTimeout(this.retrying);
    for (const stop of this.stops.splice(0)) stop();
    this.signing.destroy();
    this.isClosed = true;
    this.keeping?.close();
    this.connection.destroy();
  }

  /** Once the first synchronisation is over, what was filled before the order was born goes in. */
  private writeKept(): void {
    this.connection.owes.value = true;
    let isDone = false;
    const stop = effect(() => {
      if (isDone || this.connection.status.value.kind !== "live") return;
      isDone = true;
      void exclusively(`shared-order/birth/${this.connection.orderId}`, () => this.writeOnce());
    });
    this.stops.push(stop);
  }

  /** Another tab may have written it meanwhile: then it comes from the server. */
  private async writeOnce(): Promise<void> {
    if ((await this.keeping?.standing())?.beginning) {
      writeCells(this.connection.doc, cellsOfUpdates(this.keeping?.begun ?? []));
      // After the edit itself: the device's writes are done in the order in which they are asked for.
      await this.keeping?.finishBeginning();
    }
    this.connection.owes.value = false;
    this.beginning.value = null;
  }

  private waitForBirth(beginning: Beginning, reborn: () => void): void {
    this.connection.stayAway();
    const ask = async () => {
      const problem = await giveBirth(this.connection.orderId, beginning);
      if (problem === null) reborn();
      else if (problem.status === 401) this.connection.signOut();
      else if (problem.code !== "offline" && problem.status < 500) this.trouble.value = problem;
      else this.retrying = setTimeout(ask, RETRY_MS);
    };
    this.retrying = setTimeout(ask, RETRY_MS);
    const hurry = () => {
      clearTimeout(this.retrying);
      void ask();
    };
    addEventListener("online", hurry);
    this.stops.push(() => removeEventListener("online", hurry));
  }
}
