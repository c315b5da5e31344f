// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { PRESENT } from "../app/ending";
import { remember } from "../app/memory";
import { keeperOf, keptRows } from "./kept";
import type { Wanted } from "./level";

const count = (product_id: string, on_hand: string): Wanted => {
  return { product_id, point: "", variant: "", on_hand, seen: { on_hand: "1" } };
};
const [DOORS, HATS] = [count("door", "4"), count("hat", "7")];

beforeEach(() => {
  localStorage.clear();
  remember(PRESENT, "luc");
});

test("what was typed in two pages is kept of both, until the one that typed it has saved it", () => {
  const [one, other] = [keeperOf("luc", []), keeperOf("luc", [])];
  one([DOORS]);
  other([HATS]);
  expect(keptRows("luc")).toEqual([DOORS, HATS]);
  other([]);
  expect(keptRows("luc")).toEqual([DOORS]);
  one([count("door", "5")]);
  expect(keptRows("luc")).toEqual([count("door", "5")]);
  one([]);
  expect([keptRows("luc"), keptRows("sophie")]).toEqual([[], []]);
});

test("a page that begins with what another left is done with it once it is saved", () => {
  keeperOf("luc", [])([DOORS, HATS]);
  const next = keeperOf("luc", keptRows("luc"));
  next([HATS]);
  expect(keptRows("luc")).toEqual([HATS]);
  next([]);
  expect(keptRows("luc")).toEqual([]);
});

test("a page that is still open keeps nothing for one who signed out, nor once somebody else came in", () => {
  const keep = keeperOf("luc", []);
  keep([DOORS]);
  localStorage.clear();
  keep([DOORS, HATS]);
  remember(PRESENT, "sophie");
  keep([DOORS, HATS]);
  expect(keptRows("luc")).toEqual([]);
});
