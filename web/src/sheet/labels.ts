import { lineKey, parse, REGISTERS } from "../order/cells";
import { type Content, currencyOf, productOf } from "../order/order";
import { entryOf, signatureOf, signedTerms } from "../order/terms";
import { characteristicText, type LineProduct, lineProduct, nameOf, substituteProduct } from "./product";
import { language, say, sayOr, shown } from "./words";

/**
 * How a cell, a line and a value are called in a list of changes. `lines`: the order's, as they stand on the sheet; whoever
 * names many of them sorts them once.
 */

/** More lines than these are counted instead of named in one sentence. */
const NAMED = 8;

interface Parts {
  readonly noun: string;
  readonly line: string | null;
  readonly point: string | null;
}

/** An address or a key, taken apart: `client/lines/a/quantity/M`, `lines/a/quantity/M`, `note`. */
export function partsOf(address: string): Parts & { kind: string; key: string } {
  if (address.startsWith("comments/")) {
    return { noun: "comments", line: null, point: null, kind: "text", key: "comments" };
  }
  const key = address.replace(/^(client|supplier|record|comments)\//, "");
  const cell = REGISTERS.map((register) => parse(register, key)).find(Boolean);
  if (cell) return { noun: cell.noun, line: cell.line, point: cell.point, kind: cell.field.value, key };
  const line = /^(?:lines|products|substitutes)\/([^/]+)/.exec(key)?.[1] ?? null;
  return { noun: key.split("/")[0] ?? key, line, point: null, kind: "text", key };
}

/** `Quantité M`, `Largeur`, `Livraison promise`. */
export function fieldName(content: Content, { noun, line, point }: Parts): string {
  const product = line === null ? null : lineProduct(content, line);
  const lists: Readonly<
    Record<string, readonly { key: string; name_fr: string; name_en?: string }[] | undefined>
  > = {
    characteristics: product?.characteristics,
    dimensions: product?.dimensions,
  };
  const named = lists[noun]?.find(({ key }) => key === point);
  if (named) return nameOf(named, language.value);
  const word = sayOr("field", noun, noun);
  return point === null ? word : `${word} ${point}`;
}

/** `2. Porte shaker`, by its place on the sheet; the product alone for a line that is gone. */
export function lineName(content: Content, line: string, lines: readonly string[]): string {
  const place = lines.indexOf(line);
  const product = lineProduct(content, line);
  const name = product ? nameOf(product, language.value) : "";
  if (place < 0) return name || say("mark.removed");
  return name ? `${place + 1}. ${name}` : say("line.title", { number: place + 1 });
}

/** A value of a cell as a person reads it; empty for none. */
export function valueName(content: Content, address: string, value: unknown): string {
  const { noun, line, point, kind } = partsOf(address);
  if (value === null || value === undefined || value === "") return "";
  if (noun === "characteristics" && line) {
    const characteristic = lineProduct(content, line)?.characteristics?.find(({ key }) => key === point);
    if (characteristic) return characteristicText(characteristic, value, language.value);
  }
  if (line && (noun === "product" || noun === "substitute")) return productName(content, line, value);
  if (noun === "comments" && typeof value === "object")
    return String((value as { text?: unknown }).text ?? "");
  if (noun === "note" || noun === "comments") return typeof value === "string" ? value : "";
  return shown(kind as "text", value, currencyOf(content));
}

/** The product that a line's cell names, as far as the order tells, or that facts are of; an id says nothing to anybody. */
function productName(content: Content, line: string, id: unknown): string {
  const facts = typeof id === "object" ? (id as LineProduct) : productNow(content, line, id);
  const standing = facts ?? productSigned(content, line, id);
  return (standing && nameOf(standing, language.value)) || say("value.other_product");
}

function productNow(content: Content, line: string, id: unknown): LineProduct | null {
  if (content.supplier.get(lineKey(line, "substitute")) === id) return substituteProduct(content, line);
  return productOf(content, line) === id ? lineProduct(content, line) : null;
}

/** What the record held of it when one of the companies signed. */
function productSigned(content: Content, line: string, id: unknown): Pick<LineProduct, "name_fr"> | null {
  for (const side of REGISTERS) {
    const signature = signatureOf(content, side);
    if (!signature) continue;
    const { client, supplier, products, substitutes } = signedTerms(signature);
    const facts =
      entryOf(supplier, lineKey(line, "substitute")) === id
        ? entryOf(substitutes, line)
        : [supplier, client].some((cells) => entryOf(cells, lineKey(line, "product")) === id)
          ? entryOf(products, line)
          : null;
    if (facts) return { name_fr: "", ...facts };
  }
  return null;
}

/** Where a comment or a presence is: `2. Porte shaker · Quantité`, of which no line begins with the dot. */
export function anchorName(content: Content, anchor: string, lines: readonly string[]): string {
  if (!anchor) return say("comments.anchor_order");
  const line = /^lines\/([^/]+)$/.exec(anchor)?.[1];
  if (line) return lineName(content, line, lines);
  const parts = partsOf(anchor);
  const field = fieldName(content, parts);
  return parts.line ? `${lineName(content, parts.line, lines)}\u00a0· ${field}` : field;
}

/** What happened, of an entry for a command: to cancel what is in force only asks for it, and so on. */
export function eventName({ cell, after }: { readonly cell: string; readonly after: unknown }): string {
  const given = sayOr("event", cell.slice("command/".length), cell);
  return typeof after === "string" ? sayOr("event", after, given) : given;
}

/** Keys as text, gathered by line: `1. Porte shaker (Largeur, Hauteur); 3. Tuque (Quantité)`. */
export function keysName(content: Content, keys: readonly string[], lines: readonly string[]): string {
  const byLine = new Map<string | null, string[]>();
  for (const key of keys) {
    const { line } = partsOf(key);
    const others = byLine.get(line);
    if (others) others.push(key);
    else byLine.set(line, [key]);
  }
  const told = [...byLine].slice(0, NAMED).map(([line, own]) => {
    const names = own.map((key) => fieldName(content, partsOf(key))).join(", ");
    return line ? `${lineName(content, line, lines)} (${names})` : names;
  });
  const left = byLine.size - told.length;
  return left > 0 ? `${told.join("; ")} ${say("keys.others", { count: left })}` : told.join("; ");
}
