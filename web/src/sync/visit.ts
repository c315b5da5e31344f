import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Doc, encodeStateAsUpdate } from "yjs";
import type { Problem } from "../api/problem";
import type { Beginning } from "../offline/database";
import { goUnkept } from "../offline/device";
import { exclusively } from "../offline/tabs";
import { cellsOfUpdates, giveBirth, writeCells } from "./beginning";
import { OrderConnection } from "./connection";
import { Keeping, type Left } from "./keeping";
import { Signing } from "./signing";

const RETRY_MS = 3000;
/** What orders begun here had when they were closed, by their copies: of one, a full device may not have taken all. */
const LEFT = new Map<string, Left>();

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
    /** Names its copy among those of everybody who was in on this page. */
    private readonly name: string,
    isBorn: boolean,
  ) {
    const copy = keeper?.copy ?? null;
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
    const name = `${userId}/${orderId}`;
    if (!isBorn) return Visit.with(orderId, doc, keeping, name, false);
    const theirs = new Doc();
    return Visit.with(orderId, theirs, await Keeping.open(userId, orderId, theirs, true), name, true);
  }

  private static with(
    orderId: string,
    doc: Doc,
    keeping: Keeping | null,
    name: string,
    isBorn: boolean,
  ): Visit {
    const connection = new OrderConnection({ orderId, doc, ...(keeping ? { kept: keeping.kept } : {}) });
    keeping?.follow(connection);
    const visit = new Visit(connection, keeping, name, isBorn);
    const left = LEFT.get(name);
    if (left && visit.isUnborn.peek()) keeping?.takeUp(left);
    return visit;
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
    if (this.isUnborn.peek()) {
      const { edits, doc } = this.connection;
      LEFT.set(this.name, { edits: edits.peek(), update: encodeStateAsUpdate(doc) });
    }
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
    const known = await this.keeping?.standing();
    // Where the device does not tell, it is written: twice changes nothing more.
    if (!known || known.beginning) {
      const left = LEFT.get(this.name);
      const begun = this.keeping?.begun ?? [];
      writeCells(this.connection.doc, cellsOfUpdates(left ? [...begun, left.update] : begun));
      if (!(await this.isSafe())) return;
      await this.keeping?.finishBeginning();
    }
    LEFT.delete(this.name);
    this.connection.owes.value = false;
    this.beginning.value = null;
  }

  /** Waits until all that was written lies on the device, or the server has it. False where the order is closed before. */
  private async isSafe(): Promise<boolean> {
    if (await this.keeping?.hasAll()) return true;
    return new Promise((resolve) => {
      if (this.isClosed) return resolve(false);
      const stop = effect(() => {
        if (this.connection.unsaved.value === 0) resolve(true);
      });
      this.stops.push(stop, () => resolve(false));
    });
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
