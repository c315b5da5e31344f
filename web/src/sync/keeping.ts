import { effect } from "@preact/signals";
import { IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";
import type { OrderConnection } from "./connection";
import type { Edit } from "./ledger";
import type { Hello } from "./notices";

/** What this device knew of an order when it was last open, beside the document itself. */
export interface Kept {
  /** The greeting: who one is here, with which rights, in which epoch. Null on a first visit. */
  readonly hello: Hello | null;
  /** Edits that were not saved yet. */
  readonly edits: readonly Edit[];
}

const NOTHING: Kept = { hello: null, edits: [] };
// A browser whose storage neither opens nor fails must not keep a sheet from opening.
const PATIENCE_MS = 2000;

/** A copy of an order on this device, by person and order, so that it opens and is edited away from the network. */
export class Keeping {
  private readonly stops: (() => void)[] = [];

  private constructor(
    private readonly store: IndexeddbPersistence,
    readonly kept: Kept,
  ) {}

  /** Loads the copy into `doc`. Null where the browser keeps nothing, as in some private windows. */
  static async open(userId: string, orderId: string, doc: Y.Doc): Promise<Keeping | null> {
    if (typeof indexedDB === "undefined") return null;
    const store = new IndexeddbPersistence(`shared-order/${userId}/${orderId}`, doc);
    const read = store.whenSynced.then(() => readKept(store));
    const failed = store.get("hello").then(
      () => new Promise<null>(() => undefined),
      () => null,
    );
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
    const kept = await Promise.race([read, failed, late]);
    return kept && new Keeping(store, kept);
  }

  /** Notes the greeting and what is not saved, as they change. */
  follow(connection: OrderConnection): void {
    const note = (key: string, value: unknown) =>
      void this.store.set(key, JSON.stringify(value)).catch(() => undefined);
    this.stops.push(
      effect(() => {
        if (connection.hello.value)
          note("hello", { ...connection.hello.value, rights: connection.rights.value });
      }),
      effect(() => note("edits", connection.edits.value)),
    );
  }

  /** Removes the copy: of an order that is no longer shared with one, or that was rebuilt. */
  async forget(): Promise<void> {
    this.stop();
    await this.store.clearData().catch(() => undefined);
  }

  /** Closes the store; the copy stays. */
  close(): void {
    this.stop();
    void this.store.destroy().catch(() => undefined);
  }

  private stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }
}

async function readKept(store: IndexeddbPersistence): Promise<Kept> {
  try {
    const [hello, edits] = await Promise.all([store.get("hello"), store.get("edits")]);
    return { hello: parsed<Hello>(hello), edits: parsed<Edit[]>(edits) ?? [] };
  } catch {
    return NOTHING;
  }
}

function parsed<Item>(text: unknown): Item | null {
  return typeof text === "string" ? (JSON.parse(text) as Item) : null;
}
