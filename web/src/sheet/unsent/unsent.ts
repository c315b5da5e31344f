import { asText } from "../../grid/clipboard";
import { nounAt, REGISTERS } from "../../order/cells";
import { type Content, linesOf } from "../../order/order";
import { same, type Value } from "../../order/values";
import { anchorName, partsOf, valueName } from "../labels";
import { lineProduct } from "../product";

/** Cells as text to take along, one a line: where it is, a tab, what it says. Pasted into a spreadsheet it is a table. */
export function unsentText(content: Content, addresses: Iterable<string>): string {
  const lines = linesOf(content);
  return [...new Set(addresses)]
    .filter((address) => nounAt(address) !== "position")
    .map((address) => `${asText(nameOf(content, address, lines))}\t${asText(textOf(content, address))}`)
    .join("\n");
}

/** What the server holds of an order now, by key. */
export interface Held {
  readonly client: Readonly<Record<string, unknown>>;
  readonly supplier: Readonly<Record<string, unknown>>;
  readonly comments: Readonly<Record<string, unknown>>;
  readonly note: string;
}

/**
 * The addresses of what this device has and the server has not, or has otherwise: where it was taken back to a backup,
 * what was saved since lies on devices alone.
 */
export function notHeld(content: Content, held: Held): string[] {
  const differing = REGISTERS.flatMap((root) =>
    [...content[root].entries()]
      .filter(([key, value]) => !same(value as Value, (held[root][key] ?? null) as Value))
      .map(([key]) => `${root}/${key}`),
  );
  const said = [...content.comments.entries()].map(([key]) => key).filter((key) => !(key in held.comments));
  const note = content.note !== "" && content.note !== held.note ? ["note"] : [];
  return [...differing, ...note, ...said.map((key) => `comments/${key}`)];
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
