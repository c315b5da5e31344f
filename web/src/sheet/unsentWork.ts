import * as Y from "yjs";
import { storeFor } from "../offline/device";
import { unsentOrders } from "../offline/unsent";
import { tell } from "../offline/words";
import { cellsIn } from "../sync/beginning";
import { OrderDocument } from "../sync/document";
import { unsentText } from "./unsent";

/** Everything of a person that never reached the server, order by order, as text to take along. */
export async function unsentWork(userId: string): Promise<string> {
  const orders = await unsentOrders(userId);
  const parts = await Promise.all(
    orders.map(async ({ id, name, count }) => {
      const title = tell("leave.item", { name, count });
      return [title, await textOf(userId, id)].filter(Boolean).join("\n");
    }),
  );
  return parts.join("\n\n");
}

async function textOf(userId: string, orderId: string): Promise<string> {
  const store = await storeFor(userId);
  if (!store) return "";
  const [copy, edits, pages] = await Promise.all([
    store.order(orderId),
    store.editsOf(orderId),
    store.pagesOf(orderId),
  ]);
  const doc = new Y.Doc();
  if (pages.update) Y.applyUpdate(doc, pages.update);
  const document = new OrderDocument(doc);
  document.assume(copy?.beginning?.cells ?? {});
  const cells = copy?.beginning ? { ...copy.beginning.cells, ...cellsIn(doc) } : {};
  const text = unsentText(document.content, [...Object.keys(cells), ...edits.flatMap((edit) => edit.cells)]);
  document.destroy();
  doc.destroy();
  return text;
}
