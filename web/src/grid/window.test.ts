import { expect, test } from "vitest";
import { rowsInView, rowsToDraw } from "./window";

test("only the rows on the screen and a few beyond are drawn", () => {
  const shown = rowsInView(-60_000, 900, 60, 2000);
  expect(shown.first).toBe(992);
  expect(shown.last).toBe(1023);
});

test("a body below the view, and one above it, draw nothing outside of itself", () => {
  expect(rowsInView(5_000, 900, 60, 10)).toEqual({ first: 0, last: 0 });
  expect(rowsInView(-9_000, 900, 60, 10)).toEqual({ first: 10, last: 10 });
});

test("the active row is drawn wherever it is", () => {
  expect(rowsToDraw({ first: 4, last: 7 }, 90, 100)).toEqual([4, 5, 6, 90]);
  expect(rowsToDraw({ first: 4, last: 7 }, 5, 100)).toEqual([4, 5, 6]);
  expect(rowsToDraw({ first: 4, last: 70 }, -1, 6)).toEqual([4, 5]);
});
