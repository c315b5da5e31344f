import { effect } from "@preact/signals";
import type { CompanyFile, Page, Product } from "../api/shapes";
import { me } from "../app/session";
import { recallAnswer } from "../offline/answers";
import { lineKey } from "../order/cells";
import { type Content, effective, other, productOf, type Side } from "../order/order";
import type { Sheet } from "./sheet";

/** What the server will write when it hears of it, shown meanwhile from what lies on this device. */

type Values = Record<string, unknown>;
const PARTY_FACTS = ["id", "name", "region"] as const;

/** Follows a sheet while it is away from the server. Gives the way to stop. */
export function assumeWhileAway(sheet: Sheet, userId: string): () => void {
  let catalogue: Promise<ReadonlyMap<string, Product>> | null = null;
  let left = false;
  const begun = sheet.visit?.beginning.value ?? null;
  if (begun && !begun.born) {
    void partiesOf(userId, begun.side, begun.party, begun.at).then((values) => {
      if (!left) sheet.document.assume(values);
    });
  }
  const stop = effect(() => {
    const { status, unsaved } = sheet.connection;
    if (status.value.kind === "live") {
      if (unsaved.value === 0) sheet.document.assumeNothing();
      return;
    }
    const bare = sheet.lines.value.filter((line) => !sheet.document.content.record.has(`products/${line}`));
    const supplier = sheet.record("parties/supplier") as { id?: string } | undefined;
    if (bare.length === 0 || !supplier?.id) return;
    catalogue ??= catalogueOf(userId, supplier.id);
    void catalogue.then((products) => {
      if (!left && sheet.connection.status.peek().kind !== "live") {
        sheet.document.assume(factsOfLines(sheet.document.content, bare, products));
      }
    });
  });
  return () => {
    left = true;
    stop();
  };
}

/** The products of lines and their list prices, as the server will copy them. */
export function factsOfLines(
  content: Content,
  lines: readonly string[],
  products: ReadonlyMap<string, Product>,
): Values {
  return Object.assign({}, ...lines.map((line) => lineValues(content, line, products)));
}

function lineValues(content: Content, line: string, products: ReadonlyMap<string, Product>): Values {
  const product = products.get(productOf(content, line) ?? "");
  if (!product) return {};
  const { price, supplier_id: _supplier, hidden: _hidden, ...facts } = product;
  const key = lineKey(line, "unit_price");
  const isPriced = price !== "" && effective(content, key) === null;
  return { [`record/products/${line}`]: facts, ...(isPriced ? { [`supplier/${key}`]: price } : {}) };
}

/** A supplier's catalogue as it lies on this device, by product. */
export async function catalogueOf(userId: string, supplierId: string): Promise<ReadonlyMap<string, Product>> {
  const found = await recallAnswer(userId, `/api/products?supplier_id=${supplierId}`);
  const items = (found as Page<Product> | undefined)?.items ?? [];
  return new Map(items.map((product) => [product.id, product]));
}

/** The head of an order that was begun here. */
async function partiesOf(
  userId: string,
  side: Side,
  party: { readonly id: string; readonly name: string },
  at: number,
): Promise<Values> {
  const noun = side === "supplier" ? "clients" : "suppliers";
  const theirs = (await recallAnswer(userId, `/api/${noun}/${party.id}`)) as CompanyFile | undefined;
  const ours = (await recallAnswer(userId, "/api/company")) as CompanyFile | undefined;
  const company = me.value?.company;
  return {
    "record/made_by": side,
    "record/made_at": new Date(at).toISOString(),
    "record/currency": (side === "supplier" ? ours : theirs)?.currency ?? "CAD",
    [`record/parties/${side}`]: factsOf(ours ?? { id: company?.id ?? "", name: company?.name ?? "" }),
    [`record/parties/${other(side)}`]: factsOf(theirs ?? party),
  };
}

function factsOf(file: Partial<Record<(typeof PARTY_FACTS)[number], string>>): Record<string, string> {
  return Object.fromEntries(PARTY_FACTS.flatMap((name) => (file[name] ? [[name, file[name]]] : [])));
}
