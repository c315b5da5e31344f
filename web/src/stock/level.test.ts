import { expect, test } from "vitest";
import type { Product } from "../api/shapes";
import { typed } from "./columns";
import {
  after,
  arrivalsText,
  change,
  isShort,
  keyOf,
  type Level,
  leftOf,
  levelsFor,
  readArrivals,
  readQuantity,
  together,
} from "./level";

const TODAY = "2026-11-23";
const HANDLE: Level = {
  product_id: "p",
  code: "PG-300",
  name_fr: "Poignée",
  name_en: "Handle",
  unit: "each",
  decimals: 0,
  point: "",
  variant: "",
  on_hand: "20",
  arrivals: [],
  reserved: "6",
  asked: "12",
  free: "14",
};

test("a quantity is read as it is written in either language", () => {
  const metres = { decimals: 2, unit: "m" } as const;
  expect(readQuantity("1 234,5", metres, "fr")).toEqual({ value: "1234.5" });
  expect(readQuantity("1,234.5", metres, "en")).toEqual({ value: "1234.5" });
});

test("what is no sound quantity is told by its code", () => {
  const fault = (text: string) => readQuantity(text, HANDLE, "fr");
  expect(fault("")).toEqual({ fault: "empty" });
  expect(fault("douze")).toEqual({ fault: "not_a_decimal" });
  expect(fault("-4")).toEqual({ fault: "negative" });
  expect(fault("4,5")).toEqual({ fault: "too_many_decimals" });
});

test("arrivals are read with bars, semicolons or lines between them, and stand by day", () => {
  const arrivals = [
    { quantity: "6", date: "2027-01-03" },
    { quantity: "10", date: "2027-02-01" },
  ];
  for (const text of [
    "10 2027-02-01 | 6 2027-01-03",
    "6 le 3 janv.; 10 le 1er févr.",
    "6 3 janv.\n10 1 févr.\n",
  ]) {
    expect(readArrivals(text, HANDLE, "fr", TODAY)).toEqual({ value: arrivals });
  }
  expect(readArrivals("6 on Jan 3 | 10 Feb 1", HANDLE, "en", TODAY)).toEqual({ value: arrivals });
  expect(readArrivals("1\u00a0200 le 3 janv.", HANDLE, "fr", TODAY)).toEqual({
    value: [{ quantity: "1200", date: "2027-01-03" }],
  });
  expect(readArrivals("  ", HANDLE, "fr", TODAY)).toEqual({ value: [] });
});

test("faulty arrivals are told by what is wrong with the first", () => {
  const fault = (text: string) => readArrivals(text, HANDLE, "fr", TODAY);
  expect(fault("6")).toEqual({ fault: "not_arrivals" });
  expect(fault("six 2027-01-03")).toEqual({ fault: "not_a_decimal" });
  expect(fault("6 2027-02-30")).toEqual({ fault: "not_a_date" });
});

test("the text of arrivals reads back as the same arrivals", () => {
  const arrivals = [{ quantity: "6.5", date: "2027-01-03" }];
  const text = arrivalsText(arrivals, "fr");
  expect(text).toBe("6,5 2027-01-03");
  expect(readArrivals(text, { decimals: 1, unit: "m" }, "fr", TODAY)).toEqual({ value: arrivals });
});

test("typing in one column says nothing of the other", () => {
  expect(typed("on_hand", HANDLE, "4", "fr", TODAY)).toEqual({ value: { on_hand: "4" } });
  expect(typed("arrivals", HANDLE, "", "fr", TODAY)).toEqual({ value: { arrivals: [] } });
  expect(change(HANDLE, { on_hand: "4" })).toEqual({
    product_id: "p",
    point: "",
    variant: "",
    on_hand: "4",
    seen: { on_hand: "20" },
  });
});

test("of what is wanted the rest is left once a part is saved, and that part has been seen", () => {
  const arrivals = [{ quantity: "6", date: "2027-01-03" }];
  const first = change(HANDLE, { on_hand: "4" });
  const both = together(first, change(after(HANDLE, first), { arrivals }));
  expect(leftOf(both, first)).toEqual(change(HANDLE, { arrivals }));
  expect(leftOf(both, both)).toBeNull();
  const again = together(first, change(after(HANDLE, first), { on_hand: "5" }));
  expect(again.seen).toEqual({ on_hand: "20" });
  expect(leftOf(again, first)).toMatchObject({ on_hand: "5", seen: { on_hand: "4" } });
  const followedNoMore = together(first, change(HANDLE, { on_hand: null, arrivals: [] }));
  expect(leftOf(followedNoMore, first)).toMatchObject({
    on_hand: null,
    seen: { on_hand: "4", arrivals: [] },
  });
});

test("what is available follows what is typed, where it can be known", () => {
  expect(after(HANDLE, { on_hand: "10" }).free).toBe("4");
  expect(after(HANDLE, { on_hand: "3" }).free).toBe("0");
  const held = { ...HANDLE, on_hand: "2", free: "0" };
  expect(after(held, { on_hand: "10" }).free).toBe("");
});

test("a level is short when open orders ask for more than is available", () => {
  expect(isShort(HANDLE)).toBe(false);
  expect(isShort({ ...HANDLE, free: "11.5" })).toBe(true);
  expect(isShort({ ...HANDLE, free: "" })).toBe(false);
});

test("a product is followed by its sizes, and by the choices that make another stock", () => {
  const options = ["oak", "maple"].map((key) => ({ key, name_fr: key, name_en: key }));
  const wood = { key: "wood", name_fr: "Bois", name_en: "Wood", kind: "choice", required: true, options };
  const finish = { ...wood, key: "finish", options: options.slice(0, 1) };
  const product = {
    id: "p",
    sizing: "scale",
    points: ["S", "M"],
    characteristics: [wood, finish],
  } as unknown as Product;
  expect(levelsFor(product, []).map(({ point, variant }) => point + variant)).toEqual(["S", "M"]);
  const apart = levelsFor(product, ["wood", "finish"]);
  expect(apart.map(keyOf)).toEqual([
    "p/S/finish=oak;wood=oak",
    "p/S/finish=oak;wood=maple",
    "p/M/finish=oak;wood=oak",
    "p/M/finish=oak;wood=maple",
  ]);
});
