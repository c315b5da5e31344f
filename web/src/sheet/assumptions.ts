import { effect } from "@preact/signals";
import type { CompanyFile, Page, Product } from "../api/shapes";
import { me } from "../app/session";
import { recallAnswer } from "../offline/answers";
import { lineKey } from "../order/cells";
import { type Content, effective, other, productOf, type Side } from "../order/order";
import type { Sheet } from "./sheet";

/** What the server will write when it hears of it, shown meanwhile from what lies on this device. */

type Values = Record<string, unknown>;
const PARTY_FACTS = ["id", "name", "region"];
const ADDRESS_FACTS = ["label", "street", "city", "region", "postal_code", "country"];
const CONTACT_FACTS = ["name", "email", "phone", "title"];

/** Follows a sheet while it is away from the server. Gives the way to stop. */
export function assumeWhileAway(sheet: Sheet, userId: string): () => void {
  let catalogue: Promise<ReadonlyMap<string, Product>> | null = null;
  let left = false;
  const begun = sheet.visit?.beginning.value ?? null;
  if (begun && sheet.visit?.isUnborn.peek()) {
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
    [`record/parties/${side}`]: pick(
      ours ?? { id: company?.id ?? "", name: company?.name ?? "" },
      PARTY_FACTS,
    ),
    [`record/parties/${other(side)}`]: pick(theirs ?? party, PARTY_FACTS),
    ...filledFrom(side === "client" ? [ours, theirs] : [theirs, ours], side),
  };
}

/** What the server fills at birth, from the files of the client and the supplier (`server/orders/birth.py`). */
function filledFrom([client, supplier]: readonly (CompanyFile | undefined)[], side: Side): Values {
  const address = client?.addresses.find(({ kind }) => kind !== "billing");
  const contact = (file: CompanyFile | undefined) =>
    file?.contacts[0] && pick(file.contacts[0], CONTACT_FACTS);
  // What this supplier grants this client lies in the file of the other company; his own file says what he grants all.
  const granted = (side === "supplier" ? client : supplier)?.payment_terms;
  const values: Values = {
    "client/contact": contact(client),
    "client/delivery_address": address && pick(address, ADDRESS_FACTS),
    "supplier/contact": contact(supplier),
    "supplier/payment_terms": granted || supplier?.payment_terms || undefined,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function pick(from: object, names: readonly string[]): Record<string, string> {
  const facts = from as Readonly<Record<string, string | undefined>>;
  return Object.fromEntries(names.flatMap((name) => (facts[name] ? [[name, facts[name]]] : [])));
}
