import { expect, test } from "vitest";
import { newId } from "./ids";
import { positionBetween, positionsBetween } from "./positions";

const PATTERN = /^[0-9A-Za-z]{1,64}$/;

function isOrdered(positions: readonly string[]): boolean {
  return positions.every((position, at) => at === 0 || (positions[at - 1] ?? "") < position);
}

test("a position lies between its neighbours", () => {
  const pairs: [string | null, string | null][] = [
    [null, null],
    [null, "a"],
    ["a", null],
    ["a", "b"],
    ["a", "aV"],
    ["az", "b"],
    ["Z", "a"],
    ["zzzz", null],
    [null, "0001"],
    ["zzzzzz", null],
  ];
  for (const [before, after] of pairs) {
    const between = positionBetween(before, after);
    expect(between).toMatch(PATTERN);
    expect(isOrdered([before, between, after].filter((each) => each !== null))).toBe(true);
  }
});

test("two thousand lines added at the end keep short positions", () => {
  let last: string | null = null;
  const positions: string[] = [];
  for (let made = 0; made < 2000; made += 1) {
    last = positionBetween(last, null);
    positions.push(last);
  }
  expect(isOrdered(positions)).toBe(true);
  expect(Math.max(...positions.map((position) => position.length))).toBe(4);
});

test("two hundred lines moved before the same line still fit", () => {
  let after: string = positionBetween(null, null);
  const before = positionBetween(null, after);
  const positions = [after];
  for (let made = 0; made < 200; made += 1) {
    after = positionBetween(before, after);
    positions.unshift(after);
  }
  expect(isOrdered([before, ...positions])).toBe(true);
  expect(positions.every((position) => PATTERN.test(position))).toBe(true);
});

test.each([
  [null, null],
  ["a", null],
  [null, "a"],
  ["a", "b"],
])("a thousand pasted lines get positions in order between %s and %s", (before, after) => {
  const positions = positionsBetween(before, after, 1000);
  expect(positions).toHaveLength(1000);
  expect(isOrdered([before, ...positions, after].filter((each) => each !== null))).toBe(true);
  expect(Math.max(...positions.map((position) => position.length))).toBeLessThan(10);
});

test("between equal neighbours a position is theirs, and the ids decide", () => {
  expect(positionBetween("a", "a")).toBe("a");
});

test("new ids are plain names and do not repeat", () => {
  const ids = Array.from({ length: 1000 }, newId);
  expect(new Set(ids).size).toBe(1000);
  expect(ids.every((id) => /^[A-Za-z0-9_-]{16}$/.test(id))).toBe(true);
});
