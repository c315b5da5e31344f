import { describe, expect, test } from "vitest";
import { at, extends_, holdOf, inRange, type Key, moved, moveFor, rangeOf } from "./cursor";

const SHAPE = { rows: 5, columns: 4, page: 2 };
const press = (key: string, more: Partial<Key> = {}): Key => ({ key, shift: false, command: false, ...more });

describe("keys", () => {
  test.each([
    ["ArrowUp", {}, "up"],
    ["ArrowDown", {}, "down"],
    ["Tab", {}, "next"],
    ["Tab", { shift: true }, "previous"],
    ["Enter", {}, "down"],
    ["Enter", { shift: true }, "up"],
    ["Home", {}, "row_start"],
    ["End", { command: true }, "last"],
    ["PageDown", {}, "page_down"],
    ["a", {}, null],
    ["c", { command: true }, null],
  ] as const)("%s %o asks for %s", (key, more, move) => {
    expect(moveFor(press(key, more))).toBe(move);
  });

  test("shift grows the range, but not with Tab and Enter", () => {
    expect(extends_(press("ArrowDown", { shift: true }))).toBe(true);
    expect(extends_(press("Tab", { shift: true }))).toBe(false);
    expect(extends_(press("Enter", { shift: true }))).toBe(false);
  });
});

describe("moves", () => {
  test("arrows stop at the edges", () => {
    expect(moved(at(0, 0), "up", SHAPE)).toEqual(at(0, 0));
    expect(moved(at(4, 3), "right", SHAPE)).toEqual(at(4, 3));
    expect(moved(at(1, 1), "down", SHAPE)).toEqual(at(2, 1));
  });

  test("Tab goes on in the next row, and leaves the grid after the last cell", () => {
    expect(moved(at(1, 3), "next", SHAPE)).toEqual(at(2, 0));
    expect(moved(at(2, 0), "previous", SHAPE)).toEqual(at(1, 3));
    expect(moved(at(4, 3), "next", SHAPE)).toBeNull();
    expect(moved(at(0, 0), "previous", SHAPE)).toBeNull();
  });

  test("pages and corners", () => {
    expect(moved(at(1, 2), "page_down", SHAPE)).toEqual(at(3, 2));
    expect(moved(at(1, 2), "page_up", SHAPE)).toEqual(at(0, 2));
    expect(moved(at(1, 2), "last", SHAPE)).toEqual(at(4, 3));
    expect(moved(at(1, 2), "row_end", SHAPE)).toEqual(at(1, 3));
  });

  test("a range grows from the active cell, in any direction, and a move drops it", () => {
    const grown = moved(moved(at(2, 2), "up", SHAPE, true) ?? at(0, 0), "left", SHAPE, true) ?? at(0, 0);
    expect(grown.active).toEqual({ row: 2, column: 2 });
    expect(rangeOf(grown)).toEqual({ top: 1, bottom: 2, left: 1, right: 2 });
    expect(inRange(grown, 1, 2)).toBe(true);
    expect(inRange(grown, 0, 2)).toBe(false);
    expect(moved(grown, "down", SHAPE)).toEqual(at(3, 2));
  });

  test("a cell is alone, active in a range, one of it, or not selected", () => {
    const range = { active: { row: 1, column: 1 }, corner: { row: 2, column: 1 } };
    expect(holdOf(at(1, 1), 1, 1)).toBe("alone");
    expect(holdOf(range, 1, 1)).toBe("active");
    expect(holdOf(range, 2, 1)).toBe("range");
    expect(holdOf(range, 2, 2)).toBeNull();
  });

  test("an empty grid has nowhere to go", () => {
    expect(moved(at(0, 0), "next", { rows: 0, columns: 4, page: 2 })).toBeNull();
  });
});
