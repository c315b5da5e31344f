import { beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import policy from "../../../schema/policy.csv?raw";
import { rowsOf } from "../order/csv";
import type { Side, State } from "../order/order";
import { OrderDocument } from "./document";
import { mayWrite, obstacleTo, registerFor, type Writer } from "./rights";
import { OrderWriter } from "./writing";

function writerOf(side: Side, state: State, role: string = side): Writer {
  const rights = Object.fromEntries(rowsOf(policy).map((row) => [row.field, row[`${role}_${state}`] ?? ""]));
  return { side, role, state, rights: rights as Record<string, string> };
}

describe("which register an edit is written to", () => {
  test("each company writes its own", () => {
    expect(registerFor("lines/a/quantity", writerOf("client", "open"))).toBe("client");
    expect(registerFor("lines/a/quantity", writerOf("supplier", "open"))).toBe("supplier");
    expect(registerFor("lines/a/quantity/M", writerOf("supplier", "amending"))).toBe("supplier");
  });

  test("in a draft its author says what is asked and what is offered", () => {
    const sophie = writerOf("supplier", "draft");
    expect(registerFor("lines/a/quantity", sophie)).toBe("client");
    expect(registerFor("lines/a/unit_price", sophie)).toBe("supplier");
    expect(registerFor("delivery_address", sophie)).toBe("client");
  });

  test("a cell of the other company is read-only, and says why", () => {
    expect(registerFor("lines/a/unit_price", writerOf("client", "open"))).toBeNull();
    expect(obstacleTo("lines/a/unit_price", writerOf("client", "open"))).toBe("not_yours");
    expect(obstacleTo("lines/a/unit_price", writerOf("client", "draft"))).toBe("not_yours");
    expect(obstacleTo("delivery_address", writerOf("supplier", "open"))).toBe("not_yours");
    expect(obstacleTo("lines/a/quantity", writerOf("client", "agreed"))).toBe("agreed");
    expect(obstacleTo("lines/a/quantity", writerOf("client", "closed"))).toBe("closed");
    expect(obstacleTo("lines/a/quantity", writerOf("client", "open", "viewer"))).toBe("read_only_member");
    expect(obstacleTo("lines/a/quantity", writerOf("client", "open"))).toBeNull();
    expect(obstacleTo("nowhere", writerOf("client", "open"))).toBe("not_yours");
  });

  test("what a product is made of is the client's, by each of its names", () => {
    expect(registerFor("lines/a/dimensions/width", writerOf("client", "open"))).toBe("client");
    expect(registerFor("lines/a/dimensions/width", writerOf("supplier", "open"))).toBeNull();
    expect(registerFor("nowhere", writerOf("client", "open"))).toBeNull();
  });

  test("of the cells that each company has of its own, one writes one's own", () => {
    const anna = writerOf("client", "open");
    expect([mayWrite("client", "contact", anna), mayWrite("supplier", "contact", anna)]).toEqual([
      true,
      false,
    ]);
    expect(obstacleTo("contact", anna, "client")).toBeNull();
    expect(obstacleTo("contact", anna, "supplier")).toBe("not_yours");
  });
});

describe("writing", () => {
  let document: OrderDocument;
  let writer: Writer;
  let orderWriter: OrderWriter;

  beforeEach(() => {
    const doc = new Y.Doc();
    document = new OrderDocument(doc);
    writer = writerOf("supplier", "open");
    orderWriter = new OrderWriter(doc, document.content, () => writer);
  });

  const client = () => document.content.client;
  const supplier = () => document.content.supplier;
  const ask = (key: string, value: unknown) => document.doc.getMap("client").set(key, value);
  const sign = (terms: unknown) =>
    document.doc.getMap("record").set("signatures/client", { digest: "d", terms: JSON.stringify(terms) });

  test("a cell fires its own signal and no other", () => {
    const quantity = document.cell("supplier/lines/a/quantity");
    const price = document.cell("supplier/lines/a/unit_price");
    const seen: unknown[] = [];
    price.subscribe((value) => seen.push(value));
    orderWriter.set("lines/a/quantity", "8");
    expect(quantity.value).toBe("8");
    expect(seen).toEqual([undefined]);
  });

  test("offering what is asked takes the offer back", () => {
    ask("lines/a/quantity", "12");
    sign({ supplier: {} });
    orderWriter.set("lines/a/quantity", "8");
    expect(supplier().get("lines/a/quantity")).toBe("8");
    orderWriter.set("lines/a/quantity", "12");
    expect(supplier().has("lines/a/quantity")).toBe(false);
  });

  test("offering what is asked stays an offer where the client signed that offer", () => {
    ask("lines/a/quantity", "12");
    sign({ supplier: { "lines/a/quantity": "12" } });
    orderWriter.set("lines/a/quantity", "8");
    orderWriter.set("lines/a/quantity", "12");
    expect(supplier().get("lines/a/quantity")).toBe("12");
  });

  test("a value that stands is not written again, and what one had cleared is gone", () => {
    const updates: unknown[] = [];
    document.doc.on("update", (update) => updates.push(update));
    expect(orderWriter.set("lines/a/quantity", "8")).toBe(true);
    expect(orderWriter.set("lines/a/quantity", "8")).toBe(true);
    expect(updates).toHaveLength(1);
    expect(orderWriter.clear("lines/a/quantity")).toBe(true);
    expect(document.doc.getMap("supplier").has("lines/a/quantity")).toBe(false);
    orderWriter.setIn("supplier", "contact", { name: "Luc" });
    expect(supplier().get("contact")).toEqual({ name: "Luc" });
    orderWriter.setIn("supplier", "contact", undefined);
    expect(document.doc.getMap("supplier").has("contact")).toBe(false);
  });

  test("a comment is published with where it is, and is not taken back", () => {
    orderWriter.comment("Vite", "lines/a");
    expect([...document.content.comments.values()]).toEqual([{ text: "Vite", anchor: "lines/a" }]);
    expect(orderWriter.undo()).toBe(false);
  });

  test("what one may not write is left alone", () => {
    expect(orderWriter.set("delivery_address", { city: "Rimouski" })).toBe(false);
    expect(client().size).toBe(0);
  });

  test("a line is added in one transaction, in the author's register, without what he may not write", () => {
    let transactions = 0;
    document.doc.on("afterTransaction", () => {
      transactions += 1;
    });
    const [line] = orderWriter.addLines([
      { product: "p1", quantity: "2", dimensions: { width: "34 1/2" }, characteristics: { hinge: "left" } },
    ]);
    expect(transactions).toBe(1);
    expect(supplier().get(`lines/${line}/product`)).toBe("p1");
    expect(supplier().get(`lines/${line}/quantity`)).toBe("2");
    expect(client().size).toBe(0);
    expect(supplier().size).toBe(3);
  });

  test("a line that the other company may have seen is not taken back, one of a draft is", () => {
    orderWriter.addLines([{ product: "p1" }]);
    expect(orderWriter.undo()).toBe(false);
    writer = writerOf("supplier", "draft");
    orderWriter.addLines([{ product: "p1" }]);
    expect([orderWriter.undo(), client().size, orderWriter.redo(), orderWriter.redo()]).toEqual([
      true,
      0,
      true,
      false,
    ]);
    writer = writerOf("supplier", "agreed");
    expect(orderWriter.addLines([{ product: "p1" }])).toEqual([]);
  });

  test("lines added together keep their order", () => {
    const first = orderWriter.addLines([{ product: "p1" }, { product: "p2" }]);
    const second = orderWriter.addLines([{ product: "p3" }]);
    const positions = [...first, ...second].map((line) => supplier().get(`lines/${line}/position`) as string);
    expect([...positions].sort()).toEqual(positions);
    expect(new Set(positions).size).toBe(3);
  });

  test("a draft's line is removed whole, and undo brings it back", () => {
    writer = writerOf("supplier", "draft");
    const [line] = orderWriter.addLines([{ product: "p1", points: { S: "1", M: "2" } }]);
    orderWriter.set(`lines/${line}/unit_price`, "12.50");
    orderWriter.set("lines/other/quantity", "1");
    orderWriter.removeLine(line ?? "");
    expect([...client().keys(), ...supplier().keys()]).toEqual(["lines/other/quantity"]);
    orderWriter.undo();
    expect(client().get(`lines/${line}/quantity/M`)).toBe("2");
    expect(supplier().get(`lines/${line}/unit_price`)).toBe("12.50");
  });

  test("a client who removes a line of his draft leaves the list price to the server, which filled it in", () => {
    writer = writerOf("client", "draft");
    const [line] = orderWriter.addLines([{ product: "p1", quantity: "2" }]);
    const price = `lines/${line}/unit_price`;
    document.doc.transact(() => document.doc.getMap("supplier").set(price, "12.50"), "peer");
    orderWriter.removeLine(line ?? "");
    expect(client().size).toBe(0);
    expect(supplier().get(price)).toBe("12.50");
  });

  test("undo takes back one's own edits only, one act at a time", () => {
    orderWriter.set("lines/a/quantity", "8");
    orderWriter.set("lines/a/quantity", "7");
    document.doc.transact(() => document.doc.getMap("client").set("reference", "BT-2231"), "peer");
    orderWriter.undo();
    expect(supplier().get("lines/a/quantity")).toBe("8");
    expect(client().get("reference")).toBe("BT-2231");
    orderWriter.undo();
    expect(supplier().has("lines/a/quantity")).toBe(false);
    orderWriter.redo();
    expect(supplier().get("lines/a/quantity")).toBe("8");
  });

  test("the note changes by the smallest splice", () => {
    orderWriter.writeNote("Livrer mardi 👍");
    orderWriter.writeNote("Livrer mercredi 👍");
    expect(document.note.value).toBe("Livrer mercredi 👍");
    orderWriter.undo();
    expect(document.note.value).toBe("Livrer mercredi 👍");
  });
});
