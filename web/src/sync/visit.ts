import { effect, type Signal, signal } from "@preact/signals";
import { Doc } from "yjs";
import type { Problem } from "../api/problem";
import type { Beginning, OrderCopy } from "../offline/database";
import { cellsOfUpdate, giveBirth, writeCells } from "./beginning";
import { OrderConnection } from "./connection";
import { Keeping } from "./keeping";
import { Signing } from "./signing";

const RETRY_MS = 3000;

/** An order that is open on this device: its copy, its connection, and what waits to be told to the server. */
export class Visit {
  readonly signing: Signing;
  /** An order begun here that the server does not have yet. */
  readonly beginning: Signal<Beginning | null>;
  /** Why the server would not make it. */
  readonly trouble = signal<Problem | null>(null);
  /** Whether there was a copy to start from. */
  readonly wasKept: boolean;
  private readonly stops: (() => void)[] = [];
  private retrying: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    readonly connection: OrderConnection,
    readonly keeping: Keeping | null,
    copy: OrderCopy | null,
  ) {
    this.wasKept = copy?.seen != null;
    this.beginning = signal(copy?.beginning ?? null);
    this.signing = new Signing(connection, copy?.signature ?? null, async (signature) =>
      keeping ? keeping.note({ signature }) : false,
    );
  }

  /** Opens the copy on this device, if there is one, and the connection. `connect` starts it. */
  static async open(userId: string, orderId: string): Promise<Visit> {
    const doc = new Doc();
    const keeping = await Keeping.open(userId, orderId, doc);
    const beginning = keeping?.copy?.beginning;
    if (keeping && beginning?.born === false && (await giveBirth(orderId, beginning)) === null) {
      await keeping.note({ hello: null, beginning: { ...beginning, born: true } });
      return Visit.open(userId, orderId);
    }
    const connection = new OrderConnection({ orderId, doc, ...(keeping ? { kept: keeping.kept } : {}) });
    keeping?.follow(connection);
    return new Visit(connection, keeping, keeping?.copy ?? null);
  }

  /** Goes to the server, or waits for it. `reborn` is called when an order begun here is the server's now. */
  connect(reborn: () => void): void {
    const beginning = this.beginning.value;
    if (!beginning) this.connection.connect();
    else if (!beginning.born) this.waitForBirth(beginning, reborn);
    else {
      this.writeKept();
      this.connection.connect();
    }
  }

  close(): void {
    clearTimeout(this.retrying);
    for (const stop of this.stops.splice(0)) stop();
    this.signing.destroy();
    this.keeping?.close();
    this.connection.destroy();
  }

  /** The first synchronisation is over: what was filled before the order was born goes in. */
  private writeKept(): void {
    const cells = cellsOfUpdate(this.keeping?.begun ?? null);
    this.connection.owes.value = true;
    const stop = effect(() => {
      if (this.connection.status.value.kind !== "live") return;
      queueMicrotask(() => {
        stop();
        writeCells(this.connection.doc, cells);
        this.connection.owes.value = false;
        this.beginning.value = null;
        // After the edit itself: the device's writes are done in the order in which they are asked for.
        void this.keeping?.finishBeginning();
      });
    });
    this.stops.push(stop);
  }

  private waitForBirth(beginning: Beginning, reborn: () => void): void {
    this.connection.stayAway();
    const ask = async () => {
      const problem = await giveBirth(this.connection.orderId, beginning);
      if (problem === null) reborn();
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
