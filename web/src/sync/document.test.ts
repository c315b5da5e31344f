import { effect } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { contentIn, OrderDocument } from "./document";
import type { Splice } from "./note";

let doc: Y.Doc;
let document: OrderDocument;

beforeEach(() => {
  doc = new Y.Doc();
  doc.getMap("client").set("lines/a/product", "p1");
  doc.getText("note").insert(0, "Lundi");
  document = new OrderDocument(doc);
});

/** Somebody else's transaction, as it comes from the server. */
function theirs(act: (there: Y.Doc) => void): void {
  const there = new Y.Doc();
  Y.applyUpdate(there, Y.encodeStateAsUpdate(doc));
  act(there);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(there));
}

const counts = () => [document.revision, document.structure, document.comments].map(({ value }) => value);

test("it begins with what stands", () => {
  expect(document.content.client.get("lines/a/product")).toBe("p1");
  expect([document.content.note, document.note.value]).toEqual(["Lundi", "Lundi"]);
  for (const root of ["client", "supplier", "record", "comments"] as const) {
    doc.getMap(root).set("k", root);
    expect([contentIn(doc)[root].get("k"), document.content[root].get("k")]).toEqual([root, root]);
  }
  expect(contentIn(doc).note).toBe("Lundi");
});

test.each([
  ["client", "reference", [1, 0, 0]],
  ["client", "lines/a/product", [1, 1, 0]],
  ["supplier", "lines/a/position", [1, 1, 0]],
  ["record", "signatures/client", [1, 0, 0]],
  ["comments", "c1", [0, 0, 1]],
  ["record", "comments/c1", [1, 0, 1]],
] as const)("what depends on %s/%s is worked out anew, and nothing else", (root, key, expected) => {
  doc.getMap(root).set(key, "x");
  expect(counts()).toEqual(expected);
});

test("several cells of one transaction count once", () => {
  doc.transact(() => {
    doc.getMap("client").set("lines/b/product", "p2");
    doc.getMap("client").set("lines/b/quantity", "2");
    doc.getMap("comments").set("c1", "x");
  });
  expect(counts()).toEqual([1, 1, 1]);
});

test("the note is no cell: nothing of the order depends on it", () => {
  doc.getText("note").insert(0, "Avant ");
  expect([counts(), document.note.value, document.content.note]).toEqual([
    [0, 0, 0],
    "Avant Lundi",
    "Avant Lundi",
  ]);
});

test("who watches is told of others' edits, and of none of his own", () => {
  const told: unknown[] = [];
  const leave = document.watch((addresses) => told.push(addresses));
  const stop = document.watchNote((splices: readonly Splice[]) => told.push(splices));
  doc.getMap("client").set("reference", "BT-1");
  doc.getText("note").insert(5, ".");
  theirs((there) => there.getMap("supplier").set("freight", "9"));
  theirs((there) => there.getText("note").insert(3, "…"));
  theirs((there) => there.getText("note").delete(1, 2));
  const all = [
    ["supplier/freight"],
    [{ at: 3, removed: 0, inserted: "…" }],
    [{ at: 1, removed: 2, inserted: "" }],
  ];
  expect(told).toEqual(all);
  leave();
  stop();
  theirs((there) => there.getMap("supplier").set("freight", "8"));
  theirs((there) => there.getText("note").delete(0, 1));
  expect(told).toEqual(all);
});

test("what the server will write is shown until it has, and never over what stands", () => {
  const seen: unknown[] = [];
  const price = document.cell("supplier/lines/a/unit_price");
  effect(() => {
    seen.push(price.value);
  });
  document.assume({ "supplier/lines/a/unit_price": "2.50", "client/lines/a/product": "p9" });
  expect(document.content.client.get("lines/a/product")).toBe("p1");
  expect([doc.getMap("supplier").size, counts()[0]]).toEqual([0, 1]);
  document.assumeNothing();
  expect([seen, document.content.supplier.size, counts()[0]]).toEqual([[undefined, "2.50", undefined], 0, 2]);
  document.assume({ "supplier/lines/a/unit_price": "2.50" });
  theirs((there) => there.getMap("supplier").set("lines/a/unit_price", "3"));
  document.assumeNothing();
  expect(seen.at(-1)).toBe("3");
});

test("one who let go follows nothing more", () => {
  document.destroy();
  doc.getMap("client").set("reference", "BT-1");
  doc.getText("note").insert(0, "Avant ");
  expect([document.content.client.has("reference"), document.note.value, counts()]).toEqual([
    false,
    "Lundi",
    [0, 0, 0],
  ]);
});
