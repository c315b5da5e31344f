// Our server for the benchmark of document servers (docs/performance.md): SQLite with synchronous=FULL, every cell
// judged, journalled and audited before anybody sees it. The editors are of the client's company, in drafts of theirs.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BIN = join(ROOT, ".venv", "bin");
const LINES = 50;
const FIRST_SEQ = 1000000;
const LONGEST_TEXT = 480; // a job reference takes 500 characters

/** Cells that may hold any whole number, by their root and their name in a line. */
const FIELDS = [
  ["client", "quantity"],
  ["client", "job_reference"],
  ["supplier", "quantity"],
  ["supplier", "backorder_quantity"],
  ["supplier", "reason"],
];
let product = "";

const key = (line, name) => `lines/l${line}/${name}`;
const seqOf = (value) => (typeof value === "string" && /^\d{7,}(\.|$)/.test(value) ? Number.parseInt(value, 10) : 0);

function prepared(dir, orders) {
  const file = join(dir, "bench.json");
  if (!existsSync(file)) {
    const made = execFileSync(join(BIN, "python"), ["-m", "tests.bench.prepare", dir, String(orders)], { cwd: ROOT });
    writeFileSync(file, made);
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

export default {
  framing: "plain",
  persistent: true,

  async start({ dir, port, orders, spawnServer }) {
    const made = prepared(dir, orders);
    product = made.product;
    const proc = await spawnServer(join(BIN, "shared-order"), ["serve", "--data", dir, "--port", String(port)], {
      env: { SHARED_ORDER_SOCKETS_PER_PERSON: "10000" }, // one buyer's session stands for all editors
    });
    return {
      proc,
      wsUrlFor: (order) => `ws://127.0.0.1:${port}/ws/orders/${made.orders[order]}`,
      headersFor: () => ({ Authorization: `Bearer ${made.secret}` }),
      nameFor: (order) => made.orders[order],
      stop: () => proc.stop(),
    };
  },

  seed(doc) {
    doc.transact(() => {
      const [client, supplier] = [doc.getMap("client"), doc.getMap("supplier")];
      for (let line = 0; line < LINES; line++) {
        client.set(key(line, "product"), product);
        client.set(key(line, "position"), `a${String(line).padStart(3, "0")}`);
        client.set(key(line, "quantity"), String(line + 1));
        client.set(key(line, "job_reference"), `BT-${line}`);
        client.set(key(line, "requested_date"), "2030-01-31");
        supplier.set(key(line, "quantity"), String(line + 1));
        supplier.set(key(line, "backorder_quantity"), "0");
        supplier.set(key(line, "reason"), "deliver to dock 4");
      }
    });
  },

  isSeeded: (doc) => doc.getMap("supplier").has(key(LINES - 1, "reason")),

  makeEdit(doc, line, seq) {
    const [root, name] = FIELDS[seq % FIELDS.length];
    doc.getMap(root).set(key(line, name), String(seq));
  },

  makeBulkyEdit(doc, line, seq, length) {
    doc.getMap("client").set(key(line, "job_reference"), `${seq}.`.padEnd(Math.min(length, LONGEST_TEXT), "."));
  },

  readSeq: (doc, line) =>
    FIELDS.reduce((newest, [root, name]) => Math.max(newest, seqOf(doc.getMap(root).get(key(line, name)))), 0),

  watch(doc, heard) {
    for (const root of ["client", "supplier"]) {
      doc.getMap(root).observe((event, transaction) => {
        if (transaction.local) return;
        for (const changed of event.keysChanged) {
          const seq = seqOf(event.target.get(changed));
          if (seq >= FIRST_SEQ) heard(seq);
        }
      });
    }
  },
};
