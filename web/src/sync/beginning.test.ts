import { afterEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { cellsIn, cellsOfUpdates, giveBirth, writeCells } from "./beginning";
import { OrderDocument } from "./document";
import type { Writer } from "./rights";
import { OrderWriter } from "./writing";

afterEach(() => {
  vi.unstubAllGlobals();
});

const CELLS = {
  "client/reference": "BT-1",
  "client/lines/a/product": "p1",
  "comments/c1": { text: "Vite", anchor: "" },
  note: "Livrer mardi",
};

test("what was written before an order was born goes into the server's document, once", () => {
  const here = new Y.Doc();
  writeCells(here, CELLS);
  expect(cellsIn(here)).toEqual(CELLS);
  expect(cellsOfUpdates([Y.encodeStateAsUpdate(here)])).toEqual(CELLS);
  expect(cellsIn(new Y.Doc())).toEqual({});
  const theirs = new Y.Doc();
  theirs.getMap("client").set("reference", "from the file");
  let updates = 0;
  theirs.on("update", () => {
    updates += 1;
  });
  writeCells(theirs, cellsIn(here));
  writeCells(theirs, cellsIn(here));
  expect(cellsIn(theirs)).toEqual(CELLS);
  expect(updates).toBe(1);
});

test("the server is asked to make it under the id that was chosen here", async () => {
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push(path, JSON.parse(String(init.body)));
    return Response.json({ id: "o1" }, { status: 201 });
  });
  const party = { id: "b", name: "Boréale" };
  expect(await giveBirth("o1", { side: "client", party, at: 1 })).toBeNull();
  expect(asked).toEqual(["/api/orders", { supplier_id: "b", id: "o1" }]);
  await giveBirth("o2", { side: "supplier", party, at: 1 });
  expect(asked.at(-1)).toEqual({ client_id: "b", id: "o2" });
});

test("what the server would fill can be cleared before the order is born, and taken back", () => {
  const address = { city: "Rimouski" };
  const here = new Y.Doc();
  const document = new OrderDocument(here);
  const writer: Writer = {
    side: "client",
    role: "client",
    state: "draft",
    rights: { "client.delivery_address": "write" },
  };
  const edit = new OrderWriter(here, document.content, () => writer, true);
  const shown = () => document.content.client.get("delivery_address");
  document.assume({ "client/delivery_address": address });
  edit.clear("delivery_address");
  expect(shown()).toBeUndefined();
  edit.undo();
  expect(shown()).toEqual(address);
  edit.redo();
  document.assume({ "client/delivery_address": address });
  expect(shown()).toBeUndefined();
  const theirs = new Y.Doc();
  theirs.getMap("client").set("delivery_address", address);
  writeCells(theirs, cellsIn(here));
  expect(theirs.getMap("client").has("delivery_address")).toBe(false);
});
