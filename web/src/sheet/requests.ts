import { api } from "../api/client";
import type { CompanyFile, Page, Product } from "../api/shapes";
import type { Side } from "../order/order";

/** What the sheet asks of the server beside its socket. Every refusal is a `Problem`. */

/** One entry of an order's history. `cell`: an address, or `command/…`. */
export interface HistoryEntry {
  readonly id: number;
  readonly at: string;
  readonly cell: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly name: string;
  readonly side: Side | null;
  /** `bot` for a program; otherwise as what one wrote. */
  readonly role: string;
  /** What drove a bot. */
  readonly rule: string | null;
  readonly reason: string | null;
}

export type CommandName = "send" | "accept" | "decline" | "amend" | "cancel" | "deliver";

/** Gives a command with the digest that was seen, or with a reason. */
export function command(
  orderId: string,
  name: CommandName,
  body: Readonly<Record<string, string>>,
): Promise<void> {
  return api.post(`/api/orders/${orderId}/${name}`, body);
}

export function history(orderId: string, after: string | null): Promise<Page<HistoryEntry>> {
  return api.get(`/api/orders/${orderId}/changes`, { after });
}

/** A company of the order: one's own file, or one's own copy of the other's. */
export function companyFile(of: Side, reader: Side, id: string): Promise<CompanyFile> {
  if (of === reader) return api.get("/api/company");
  return api.get(of === "client" ? `/api/clients/${id}` : `/api/suppliers/${id}`);
}

/** Products that a text finds. `supplierId`: whose catalogue, for a client. */
export async function products(query: string, supplierId: string | null): Promise<readonly Product[]> {
  return (await api.get<Page<Product>>("/api/products", { q: query, supplier_id: supplierId })).items;
}

const AT_A_TIME = 6;

/** The products of several codes, by the code in capitals; codes that are not in the catalogue are left out. */
export async function productsByCode(
  codes: readonly string[],
  supplierId: string | null,
): Promise<Map<string, Product>> {
  const wanted = [...new Set(codes.map((code) => code.toUpperCase()))];
  const found = new Map<string, Product>();
  for (let at = 0; at < wanted.length; at += AT_A_TIME) {
    const answers = await Promise.all(
      wanted.slice(at, at + AT_A_TIME).map((code) => products(code, supplierId)),
    );
    for (const product of answers.flat()) found.set(product.code.toUpperCase(), product);
  }
  return new Map([...found].filter(([code]) => wanted.includes(code)));
}
