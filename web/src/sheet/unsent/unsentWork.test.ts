// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { PRESENT } from "../../app/ending";
import { remember } from "../../app/memory";
import { storeFor } from "../../offline/device";
import { keeperOf } from "../../stock/kept";
import { unsentWork } from "./unsentWork";

function written(key: string, value: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap("client").set(key, value);
  return Y.encodeStateAsUpdate(doc);
}

test("of a copy that a disk has damaged, what can still be read can be taken along", async () => {
  const store = await storeFor("anna");
  const edit = (id: string, cell: string) => ({ id, at: 1, cells: [`client/${cell}`] });
  await store?.append("o1", written("reference", "BT-1"), edit("e1", "reference"));
  await store?.append("o1", Uint8Array.of(1, 1, 9), edit("e2", "requested_date"));
  await store?.append("o1", written("delivery_address", "x"), edit("e3", "delivery_address"));
  expect((await unsentWork("anna")).split("\n")).toEqual([
    expect.stringContaining("3"),
    "Réf. client\tBT-1",
    "Livraison souhaitée\t",
    expect.stringMatching(/\tx$/),
  ]);
});

test("what was typed into the stock and not saved can be taken along", async () => {
  remember(PRESENT, "sophie");
  const items = [{ product_id: "p1", code: "PG-300" }];
  await (await storeFor("sophie"))?.keepAnswer({
    path: "/api/stock?whole=1",
    at: 1,
    body: { items, next: null },
  });
  keeperOf(
    "sophie",
    [],
  )([
    { product_id: "p1", point: "", variant: "", on_hand: "4.5", seen: {} },
    { product_id: "p2", point: "M", variant: "", on_hand: null, seen: {} },
    {
      product_id: "p1",
      point: "S",
      variant: "",
      arrivals: [{ quantity: "6", date: "2027-01-03" }],
      seen: {},
    },
  ]);
  expect((await unsentWork("sophie")).split("\n")).toEqual([
    expect.stringMatching(/^Stock.*3/),
    "PG-300 · En stock\t4,5",
    "p2 · M · En stock\tne sera plus suivi",
    "PG-300 · S · Arrivages attendus\t6 2027-01-03",
  ]);
});
