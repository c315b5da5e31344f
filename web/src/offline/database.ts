import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { Side } from "../order/order";
import type { Hello, Refusal } from "../sync/notices";

/** What lies on this device for one person: a database of his own, so that nobody else's session can meet it. */

/**
 * An order begun away from the network, and who it is for. What is written in it lies apart from the server's document
 * (`begunKey`), until the server has made the order and it is written into that.
 */
export interface Beginning {
  readonly side: Side;
  readonly party: { readonly id: string; readonly name: string };
  readonly at: number;
}

/** A signature given away from the network, with the digest that was seen. */
export interface PendingSignature {
  readonly mode: "send" | "accept";
  readonly digest: string;
  readonly total: string;
  readonly at: number;
  /** The terms that were seen, as canonical JSON; an earlier version did not keep them. */
  readonly terms?: string;
  /** Why the server did not take it, and the addresses that differ from what was seen. */
  readonly refused?: { readonly code: string; readonly text: string; readonly cells: readonly string[] };
}

/** What this device knows of an order beside its document. */
export interface OrderCopy {
  readonly id: string;
  /** The greeting: who one is here, with which rights, in which epoch. Null on a first visit. */
  readonly hello: Hello | null;
  readonly refusals: readonly Refusal[];
  /** When it was last in step with the server (ms); null when never. */
  readonly seen: number | null;
  /** The server's state vector at that moment: what it has acknowledged. */
  readonly server: Uint8Array | null;
  /** What a list calls it. */
  readonly name: string;
  readonly opened: number;
  readonly beginning: Beginning | null;
  readonly signature: PendingSignature | null;
}

/** An edit that the server has not acknowledged. */
export interface KeptEdit {
  readonly id: string;
  readonly order: string;
  readonly at: number;
  readonly cells: readonly string[];
}

/** An answer of the API as it was at a time (ms). */
export interface Answer {
  readonly path: string;
  readonly at: number;
  readonly body: unknown;
}

interface Schema extends DBSchema {
  orders: { key: string; value: OrderCopy };
  updates: {
    key: number;
    value: { readonly order: string; readonly update: Uint8Array };
    indexes: { order: string };
  };
  edits: { key: string; value: KeptEdit; indexes: { order: string } };
  answers: { key: string; value: Answer };
}

export type Database = IDBPDatabase<Schema>;

const VERSION = 1;

function nameFor(userId: string): string {
  return `shared-order/${userId}`;
}

/**
 * Opens a person's database. Raises where the browser keeps nothing, as in some private windows. `cleared` is called when
 * the browser takes it away while it is open.
 */
export async function openDatabase(userId: string, cleared: () => void = () => undefined): Promise<Database> {
  const database = await openDB<Schema>(nameFor(userId), VERSION, {
    upgrade(made) {
      made.createObjectStore("orders", { keyPath: "id" });
      made.createObjectStore("updates", { autoIncrement: true }).createIndex("order", "order");
      made.createObjectStore("edits", { keyPath: "id" }).createIndex("order", "order");
      made.createObjectStore("answers", { keyPath: "path" });
    },
    // A tab of a later version needs another form: this one lets go, and says that it keeps nothing any more.
    blocking: () => database.close(),
    terminated: cleared,
  });
  return database;
}

export function removeDatabase(userId: string): Promise<void> {
  return deleteDB(nameFor(userId));
}
