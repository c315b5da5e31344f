import type { Answer, Database, KeptEdit, OrderCopy } from "./database";

/**
 * An order's document as it lies on this device, in updates. They are merged by whoever has the documents' library, which
 * is not part of a first view of the list. `last`: the key of the newest row.
 */
export interface Pages {
  readonly updates: readonly Uint8Array[];
  readonly last: number;
}

/**
 * An order with all that lies here of it. `key`: under which its present document and edits are. `begun`: the document
 * that was filled before the order was born, while it is not in the server's yet.
 */
export interface Whole {
  readonly key: string;
  readonly copy: OrderCopy | null;
  readonly pages: Pages;
  readonly edits: readonly KeptEdit[];
  readonly begun: readonly Uint8Array[];
}

const BEGUN = "begun/";

/** Under which key the document of an order lies that the server does not know yet. */
export function begunKey(order: string): string {
  return BEGUN + order;
}

/** What is not sent of one order: how many edits, and since when (ms). */
export interface Unsent {
  readonly count: number;
  readonly since: number;
}

/** Pictures lie beside the answers, under their paths. */
const PICTURES = () => IDBKeyRange.bound("/api/images/", "/api/images/\uffff");
const EVERYTHING = ["orders", "updates", "edits", "answers"] as const;
const NEW: Omit<OrderCopy, "id" | "opened"> = {
  hello: null,
  refusals: [],
  seen: null,
  server: null,
  name: "",
  beginning: null,
  signature: null,
};

/** The reads and writes of one person's database. A full device raises `QuotaExceededError`. */
export class Store {
  constructor(private readonly database: Database) {}

  order(id: string): Promise<OrderCopy | undefined> {
    return this.database.get("orders", id);
  }

  orders(): Promise<OrderCopy[]> {
    return this.database.getAll("orders");
  }

  editsOf(order: string): Promise<KeptEdit[]> {
    return this.database.getAllFromIndex("edits", "order", order).then(byTime);
  }

  /** Changes what is known of an order; makes it known. */
  async change(id: string, part: Partial<OrderCopy>): Promise<void> {
    const work = this.database.transaction("orders", "readwrite");
    const known = (await work.store.get(id)) ?? { ...NEW, id, opened: Date.now() };
    await work.store.put({ ...known, ...part });
    await work.done;
  }

  async pagesOf(order: string): Promise<Pages> {
    return readPages(this.database.transaction("updates").store, order);
  }

  /**
   * Everything of an order at one moment, whatever other tabs are doing. `isBorn`: the server has made it, so that its
   * present document is the server's, though what was written before may still lie apart.
   */
  async whole(order: string, isBorn = false): Promise<Whole> {
    const work = this.database.transaction(["orders", "updates", "edits"]);
    const [updates, edits] = [work.objectStore("updates"), work.objectStore("edits").index("order")];
    const at = (key: string) => Promise.all([readPages(updates, key), edits.getAll(key)]);
    // Asked for all at once: a sheet is drawn when they are there.
    const [known, own, apart] = await Promise.all([
      work.objectStore("orders").get(order),
      at(order),
      at(begunKey(order)),
    ]);
    const isApart = known?.beginning != null && !isBorn;
    const [pages, unsaved] = isApart ? apart : own;
    return {
      key: isApart ? begunKey(order) : order,
      copy: known ?? null,
      pages,
      edits: byTime(unsaved),
      begun: known?.beginning ? apart[0].updates : [],
    };
  }

  /** Keeps an update, and with it, in one transaction, the edit it is the bytes of. */
  async append(order: string, update: Uint8Array, edit?: Omit<KeptEdit, "order">): Promise<void> {
    const work = this.database.transaction(["updates", "edits"], "readwrite");
    // The edit first: one that cannot be kept must not leave its bytes behind, uncounted.
    const writes: Promise<unknown>[] = edit ? [work.objectStore("edits").put({ ...edit, order })] : [];
    writes.push(work.objectStore("updates").add({ order, update }));
    await Promise.all([...writes, work.done]);
  }

  /** Puts one row in the place of those up to `last`, which it says whole. */
  async compact(order: string, update: Uint8Array, last: number): Promise<void> {
    const work = this.database.transaction("updates", "readwrite");
    const keys = await work.store.index("order").getAllKeys(order);
    await work.store.add({ order, update });
    await Promise.all(keys.filter((key) => key <= last).map((key) => work.store.delete(key)));
    await work.done;
  }

  /** Forgets edits that the server has acknowledged. */
  async settle(ids: readonly string[]): Promise<void> {
    const work = this.database.transaction("edits", "readwrite");
    await Promise.all([...ids.map((id) => work.store.delete(id)), work.done]);
  }

  /** What was written before an order was born is in the server's document now. */
  async finishBeginning(order: string): Promise<void> {
    const work = this.database.transaction(["orders", "updates", "edits"], "readwrite");
    const copy = await work.objectStore("orders").get(order);
    if (copy) await work.objectStore("orders").put({ ...copy, beginning: null });
    await removeRows(work.objectStore("updates"), begunKey(order));
    await removeRows(work.objectStore("edits"), begunKey(order));
    await work.done;
  }

  async forget(order: string): Promise<void> {
    const work = this.database.transaction(["orders", "updates", "edits"], "readwrite");
    await work.objectStore("orders").delete(order);
    for (const key of [order, begunKey(order)]) {
      await removeRows(work.objectStore("updates"), key);
      await removeRows(work.objectStore("edits"), key);
    }
    await work.done;
  }

  /** What is not sent, by order. An order begun here counts though nothing is on it yet. */
  async unsent(): Promise<Map<string, Unsent>> {
    const found = new Map<string, Unsent>();
    const add = (order: string, at: number, count = 1) => {
      const known = found.get(order) ?? { count: 0, since: at };
      found.set(order, { count: known.count + count, since: Math.min(known.since, at) });
    };
    for (const edit of await this.database.getAll("edits")) add(edit.order.replace(BEGUN, ""), edit.at);
    for (const copy of await this.orders()) {
      if (copy.beginning) add(copy.id, copy.beginning.at, 0);
      if (copy.signature && !copy.signature.refused) add(copy.id, copy.signature.at);
    }
    return found;
  }

  /** Keeps the orders opened last; what is not sent is never let go, nor what a tab has open and goes on adding to. */
  async prune(limit: number, isOpen: (id: string) => Promise<boolean>): Promise<void> {
    const unsent = await this.unsent();
    const old = (await this.orders()).sort((a, b) => b.opened - a.opened).slice(limit);
    for (const { id } of old) if (!unsent.has(id) && !(await isOpen(id))) await this.forget(id);
  }

  answer(path: string): Promise<Answer | undefined> {
    return this.database.get("answers", path);
  }

  async keepAnswer(answer: Answer): Promise<void> {
    await this.database.put("answers", answer);
  }

  /** The paths of the pictures that lie here. */
  pictures(): Promise<string[]> {
    return this.database.getAllKeys("answers", PICTURES());
  }

  /** Keeps the newest pictures. */
  async prunePictures(limit: number): Promise<void> {
    const work = this.database.transaction("answers", "readwrite");
    const found = await work.store.getAll(PICTURES());
    const old = found.sort((a, b) => b.at - a.at).slice(limit);
    await Promise.all([...old.map(({ path }) => work.store.delete(path)), work.done]);
  }

  async clear(): Promise<void> {
    const work = this.database.transaction(EVERYTHING, "readwrite");
    await Promise.all([...EVERYTHING.map((name) => work.objectStore(name).clear()), work.done]);
  }

  close(): void {
    this.database.close();
  }
}

interface UpdateRows {
  index(name: "order"): {
    getAll(order: string): Promise<{ readonly update: Uint8Array }[]>;
    getAllKeys(order: string): Promise<number[]>;
  };
}

async function readPages(store: UpdateRows, order: string): Promise<Pages> {
  const index = store.index("order");
  const [rows, keys] = await Promise.all([index.getAll(order), index.getAllKeys(order)]);
  return { updates: rows.map(({ update }) => update), last: keys.at(-1) ?? 0 };
}

interface Rows {
  index(name: "order"): { getAllKeys(order: string): Promise<(string | number)[]> };
  delete(key: never): Promise<void>;
}

async function removeRows(store: Rows, order: string): Promise<void> {
  const keys = await store.index("order").getAllKeys(order);
  await Promise.all(keys.map((key) => store.delete(key as never)));
}

function byTime(edits: KeptEdit[]): KeptEdit[] {
  return edits.sort((a, b) => a.at - b.at);
}
