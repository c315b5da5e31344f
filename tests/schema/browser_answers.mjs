// What the browser's code makes of an order: reads one order a line (JSON), writes one line of answers.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = fileURLToPath(new URL("../../web/", import.meta.url));
const { createServer } = await import(pathToFileURL(createRequire(`${web}package.json`).resolve("vite")));
const vite = await createServer({
  root: web,
  configFile: false,
  logLevel: "error",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false, hmr: false, watch: null },
});
const load = (name) => vite.ssrLoadModule(`/src/order/${name}.ts`);
const [order, terms, { digest }, status, totals, colour] = await Promise.all(
  ["order", "terms", "digest", "status", "totals", "colour"].map(load),
);

function changedOf(content, reader) {
  const { cells, lines } = colour.changedCells(content, reader);
  const pairs = [...cells].map(([address, { before, after }]) => [address, [before, after]]);
  return { cells: Object.fromEntries(pairs), lines: Object.fromEntries(lines) };
}

function totalsOf(content) {
  const { lines, freight, subtotal, taxes, total } = totals.totalsOf(content);
  const amounts = taxes.map(({ code, amount }) => [code, amount]);
  return { lines: Object.fromEntries(lines), freight, subtotal, taxes: amounts, total };
}

function answersOf(plain) {
  const content = order.contentOf(plain);
  const signed = terms.canonicalJson(terms.termsOf(content));
  return {
    lines: order.linesOf(content),
    state: status.stateOf(content),
    turn: status.turnOf(content),
    client: { status: status.statusFor(content, "client"), changed: changedOf(content, "client") },
    supplier: { status: status.statusFor(content, "supplier"), changed: changedOf(content, "supplier") },
    terms: signed,
    digest: digest(signed),
    totals: totalsOf(content),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answersOf(JSON.parse(line)))}\n`);
}
await vite.close();
