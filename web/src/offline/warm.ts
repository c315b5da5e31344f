import { api } from "../api/client";
import type { CompanyFile, Page, PartyFile, Product } from "../api/shapes";
import { wholeOf } from "./answers";
import { kept, storeFor } from "./device";
import { keepPictures } from "./pictures";

/** What one needs to begin an order without a network, fetched while there is one. */

const PAGES_LIMIT = 25;
const ORDER_PAGES_LIMIT = 3;
const FILES_LIMIT = 30;
const PAGE = 200;
// Pages come and go; what was fetched a moment ago is not fetched again.
const FRESH_MS = 5 * 60_000;
/** Marks that everything was fetched. */
const WORK = "work";

/** Keeps a whole list (catalogue, clients, suppliers) on this device; gives what is in it. */
async function keepWhole<Item>(
  userId: string,
  path: string,
  query: Record<string, string>,
  pages = PAGES_LIMIT,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const answer: Page<Item> = await api.fresh(path, { ...query, limit: PAGE, after });
    items.push(...answer.items);
    after = answer.next;
    if (!after) break;
  }
  const search = new URLSearchParams(query).toString();
  const store = await storeFor(userId);
  const whole = wholeOf(search ? `${path}?${search}` : path);
  if (store) await kept(store.keepAnswer({ path: whole, at: Date.now(), body: { items, next: null } }));
  return items;
}

/** The catalogue of an order's supplier. */
export async function keepCatalogue(userId: string, supplierId: string): Promise<void> {
  if (await isFresh(userId, wholeOf(`/api/products?supplier_id=${supplierId}`))) return;
  const products = await keepWhole<Product>(userId, "/api/products", { supplier_id: supplierId });
  // Nothing waits for them.
  void keepPictures(
    userId,
    products.map(({ image }) => image),
  ).catch(() => undefined);
}

async function isFresh(userId: string, path: string): Promise<boolean> {
  const store = await storeFor(userId);
  const known = await store?.answer(path);
  return known !== undefined && Date.now() - known.at < FRESH_MS;
}

/**
 * Keeps the orders changed last, the companies one does business with, their files, one's team and stock, and what one
 * may do. Gives the ids of the orders; null where all was kept a moment ago.
 */
export async function keepWork(
  userId: string,
  nouns: readonly ("clients" | "suppliers")[],
): Promise<ReadonlySet<string> | null> {
  if (await isFresh(userId, WORK)) return null;
  const listed = new Set<string>();
  await api.get("/api/rights");
  await api.get("/api/team");
  const company = await api.get<CompanyFile>("/api/company");
  for (const noun of nouns) {
    const side = noun === "clients" ? "supplier" : "client";
    const orders = await keepWhole<{ id: string }>(userId, "/api/orders", { side }, ORDER_PAGES_LIMIT);
    for (const { id } of orders) listed.add(id);
    await api.get("/api/orders/counts", { side });
    const parties = await keepWhole<{ id: string }>(userId, `/api/${noun}`, {});
    for (const { id } of parties.slice(0, FILES_LIMIT)) await api.get<PartyFile>(`/api/${noun}/${id}`);
    const suppliers = noun === "clients" ? [company] : parties.slice(0, FILES_LIMIT);
    for (const { id } of suppliers) await keepCatalogue(userId, id);
    if (noun === "clients") {
      await keepWhole(userId, "/api/products", {});
      await keepWhole(userId, "/api/stock", {});
    }
  }
  const store = await storeFor(userId);
  if (store) await kept(store.keepAnswer({ path: WORK, at: Date.now(), body: null }));
  return listed;
}
