import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { asOf, isKept, keepAnswer, recallAnswer, wholeOf } from "./answers";
import { removeAll, storeFor } from "./device";

const PRODUCTS = {
  items: [
    { code: "PS-100", name_fr: "Porte à panneau", name_en: "Panel door" },
    { code: "TM-200", name_fr: "Tuque", name_en: "Hat" },
  ],
  next: null,
};
const ORDERS = {
  items: [
    { number: "2026-1", side: "client", turn: "client", status: "changed", party: { name: "Boréale" } },
    { number: "2026-2", side: "client", turn: "supplier", status: "waiting", party: { name: "Boréale" } },
  ],
  next: null,
};

async function keepWhole(path: string, body: unknown): Promise<void> {
  await (await storeFor("anna"))?.keepAnswer({ path: wholeOf(path), at: 5, body });
}

const codes = (found: unknown) => (found as typeof PRODUCTS).items.map(({ code }) => code);
const numbers = (found: unknown) => (found as typeof ORDERS).items.map(({ number }) => number);

beforeEach(async () => {
  await removeAll("anna");
  asOf.value = null;
});

test("an answer is read again where the network is gone, with its time", async () => {
  await keepAnswer("anna", "/api/orders/counts?side=client", { mine: 3 });
  expect(asOf.value).toBeNull();
  expect(await recallAnswer("anna", "/api/orders/counts?side=client")).toEqual({ mine: 3 });
  expect(asOf.value).not.toBeNull();
});

test("another person of this device reads nothing of it, and after leaving nobody does", async () => {
  await keepAnswer("anna", "/api/company", { name: "Laurier" });
  expect(await recallAnswer("eve", "/api/company")).toBeUndefined();
  await removeAll("anna");
  expect(await recallAnswer("anna", "/api/company")).toBeUndefined();
});

test("secrets are never kept", () => {
  const secret = ["/api/tokens", "/api/mails", "/api/invitations/abc", "/api/links/enter"];
  expect(secret.some(isKept)).toBe(false);
  expect(["/api/me", "/api/orders?side=client", `/api/clients/${"a".repeat(32)}`].every(isKept)).toBe(true);
});

test("a catalogue is searched here, whatever the accents", async () => {
  await keepWhole("/api/products?supplier_id=b", PRODUCTS);
  expect(codes(await recallAnswer("anna", "/api/products?supplier_id=b&q=porte+a"))).toEqual(["PS-100"]);
  expect(codes(await recallAnswer("anna", "/api/products?supplier_id=b"))).toEqual(["PS-100", "TM-200"]);
  expect(await recallAnswer("anna", "/api/products?supplier_id=c")).toBeUndefined();
  expect(await recallAnswer("anna", "/api/products?supplier_id=b&after=x")).toBeUndefined();
});

test("the tabs of the orders are made here of the whole list", async () => {
  await keepWhole("/api/orders?side=client", ORDERS);
  expect(numbers(await recallAnswer("anna", "/api/orders?side=client&turn=mine"))).toEqual(["2026-1"]);
  expect(numbers(await recallAnswer("anna", "/api/orders?side=client&status=waiting"))).toEqual(["2026-2"]);
  expect(numbers(await recallAnswer("anna", "/api/orders?side=client&q=bore"))).toHaveLength(2);
});

test("the stock is searched here, and so is what it lacks", async () => {
  const level = { name_fr: "Poignée", name_en: "Handle", on_hand: "4", free: "4", asked: "12" };
  const items = [
    { ...level, code: "PG-300" },
    { ...level, code: "CH-400", asked: "1" },
    { ...level, code: "TM-200", on_hand: "", free: "" },
  ];
  await keepWhole("/api/stock", { items, next: null });
  expect(codes(await recallAnswer("anna", "/api/stock?limit=100"))).toHaveLength(3);
  expect(codes(await recallAnswer("anna", "/api/stock?q=ch-4&limit=100"))).toEqual(["CH-400"]);
  expect(codes(await recallAnswer("anna", "/api/stock?short=true&limit=100"))).toEqual(["PG-300"]);
});
