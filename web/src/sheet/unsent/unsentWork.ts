import * as Y from "yjs";
import { me } from "../../app/session";
import type { OrderCopy } from "../../offline/database";
import { storeFor } from "../../offline/device";
import { unsentOrders } from "../../offline/unsent";
import { tell } from "../../offline/words";
import { type Content, linesOf } from "../../order/order";
import { unsavedStock } from "../../stock/unsaved";
import { cellsOfUpdates } from "../../sync/beginning";
import { OrderDocument } from "../../sync/document";
import { applyStored, soundOf } from "../../sync/stored";
import { catalogueOf, factsOfLines } from "../assumptions";
import { unsentText } from "./unsent";

/** Everything of a person that never reached the server, order by order and then the stock, as text to take along. */
export async function unsentWork(userId: string): Promise<string> {
  const orders = await unsentOrders(userId);
  const parts = await Promise.all(
    orders.map(async ({ id, name, count }) => {
      const title = tell("leave.item", { name, count });
      // What cannot be read is named at least.
      const text = await textOf(userId, id).catch(() => "");
      return [title, text].filter(Boolean).join("\n");
    }),
  );
  return [...parts, await unsavedStock(userId)].filter(Boolean).join("\n\n");
}

async function textOf(userId: string, orderId: string): Promise<string> {
  const store = await storeFor(userId);
  if (!store) return "";
  const { copy, edits, pages, ...whole } = await store.whole(orderId);
  const begun = soundOf(whole.begun);
  const doc = new Y.Doc();
  for (const updates of [soundOf(pages.updates), begun]) applyStored(doc, updates);
  const document = new OrderDocument(doc);
  const { content } = document;
  document.assume(factsOfLines(content, linesOf(content), await catalogueFor(userId, content, copy)));
  const cells = cellsOfUpdates(begun);
  const text = unsentText(document.content, [...Object.keys(cells), ...edits.flatMap((edit) => edit.cells)]);
  document.destroy();
  doc.destroy();
  return text;
}

function catalogueFor(userId: string, content: Content, copy: OrderCopy | null) {
  const named = (content.record.get("parties/supplier") as { id?: string } | undefined)?.id;
  const begun = copy?.beginning;
  const ours = me.value?.company.id ?? "";
  return catalogueOf(userId, named ?? (begun?.side === "client" ? begun.party.id : ours));
}
