// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { storeFor } from "../offline/device";
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
