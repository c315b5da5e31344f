import { nounAt } from "../order/cells";
import { type Content, linesOf } from "../order/order";
import { anchorName, partsOf, valueName } from "./labels";
import { lineProduct } from "./product";

/** Cells as text to take along, one a line: where it is, a tab, what it says. Pasted into a spreadsheet it is a table. */
export function unsentText(content: Content, addresses: Iterable<string>): string {
  const lines = linesOf(content);
  return [...new Set(addresses)]
    .filter((address) => nounAt(address) !== "position")
    .map((address) => `${nameOf(content, address, lines)}\t${textOf(content, address)}`)
    .join("\n");
}

function nameOf(content: Content, address: string, lines: readonly string[]): string {
  return anchorName(content, address === "note" ? "note" : partsOf(address).key, lines);
}

function textOf(content: Content, address: string): string {
  if (address === "note") return content.note;
  const cut = address.indexOf("/");
  const root = address.slice(0, cut) as "client" | "supplier" | "comments";
  const value = content[root]?.get(address.slice(cut + 1));
  const line = /^(?:client|supplier)\/lines\/([^/]+)\/product$/.exec(address)?.[1];
  if (line && value) return lineProduct(content, line)?.code ?? String(value);
  if (root !== "comments") return valueName(content, address, value);
  return String((value as { text?: unknown } | undefined)?.text ?? "");
}
