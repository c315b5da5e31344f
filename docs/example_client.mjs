// A client's program in one page: order something, wait for the supplier, sign what he offers if it costs no more.
//
// npm install yjs y-websocket ws
// node example_client.mjs http://127.0.0.1:8000 TOKEN SUPPLIER_ID CODE QUANTITY
//
// The token is of the client's company, with the scopes "read" and "write".

import { randomUUID } from "node:crypto";
import { readVarString } from "lib0/decoding";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const [url, token, supplierId, code, quantity] = process.argv.slice(2);
const [SYNC, NOTICE] = [0, 64];
const headers = { Authorization: `Bearer ${token}`, "Accept-Language": "en" };
let [sent, saved] = [0, 0];
let [heard, wake] = [false, () => {}];

async function ask(method, path, body) {
  const json = body ? { "Content-Type": "application/json" } : {};
  const reply = await fetch(url + path, { method, headers: { ...headers, ...json }, body: JSON.stringify(body) });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(`${answer.code}: ${answer.detail} ${JSON.stringify(answer.errors)}`);
  return answer;
}

function tell() {
  heard = true;
  wake();
}

/** Wait until something has come since this was asked last: a change of the document, or a notice. */
async function news() {
  while (!heard) await new Promise((resolve) => { wake = resolve; });
  heard = false;
}

class Socket extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers });
    [sent, saved] = [0, 0];
  }

  send(message) {
    const [type, step] = new Uint8Array(message);
    if (type === SYNC && step > 0) sent += 1; // it carries an update, and is numbered
    super.send(message);
  }
}

const { items } = await ask("GET", `/api/products?supplier_id=${supplierId}&q=${encodeURIComponent(code)}`);
const product = items.find((each) => each.code === code);
if (!product) throw new Error(`The supplier has no ${code}.`);
const id = randomUUID().replaceAll("-", ""); // of our own choice: sent twice, it is still one order
await ask("POST", "/api/orders", { supplier_id: supplierId, id });

const order = new Y.Doc();
const address = `${url.replace("http", "ws")}/ws/orders`;
const provider = new WebsocketProvider(address, id, order, { WebSocketPolyfill: Socket, disableBc: true });
provider.messageHandlers[NOTICE] = (_encoder, decoder) => {
  const notice = JSON.parse(readVarString(decoder));
  if (notice.type === "saved") saved = notice.through;
  for (const item of notice.items ?? []) console.log(`refused ${item.cell}: ${item.message}`);
  tell();
};
order.on("update", tell);
provider.on("sync", tell);
while (!provider.synced) await news();

const client = order.getMap("client");
order.transact(() => {
  client.set("lines/1/product", product.id);
  client.set("lines/1/quantity", quantity);
});
while (saved < sent) await news(); // what is not committed is not there to be signed

const { digest } = await ask("GET", `/api/orders/${id}`);
let seen = await ask("POST", `/api/orders/${id}/send`, { digest });
const asked = seen.totals.total;
console.log(`${seen.number} sent, ${asked} ${seen.currency}`);

while (seen.state === "open") {
  await news();
  seen = await ask("GET", `/api/orders/${id}`);
  for (const { cell, before, after } of seen.changes) console.log(`${cell}: ${before} -> ${after}`);
  const signed = seen.signatures.supplier?.digest === seen.digest;
  if (seen.turn === "client" && signed && Number(seen.totals.total) <= Number(asked)) {
    seen = await ask("POST", `/api/orders/${id}/accept`, { digest: seen.digest });
  }
}
console.log(`${seen.number} is ${seen.status}, ${seen.totals.total} ${seen.currency}`);
provider.destroy();
order.destroy();
