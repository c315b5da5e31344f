import { expect, test } from "vitest";
import * as Y from "yjs";
import { applySplice, shiftedCaret, spliceBetween } from "./note";

function rewritten(before: string, after: string): string {
  const text = new Y.Doc().getText("note");
  text.insert(0, before);
  const splice = spliceBetween(before, after);
  if (splice) applySplice(text, splice);
  return text.toString();
}

test("a typed character is one insertion", () => {
  expect(spliceBetween("Livrer mardi", "Livrer le mardi")).toEqual({ at: 7, removed: 0, inserted: "le " });
});

test.each(["👎", "\ud83e\udc4d"])("a pair is never cut, whichever half of it is another: %s", (other) => {
  const splice = spliceBetween("a👍b", `a${other}b`);
  expect(splice).toEqual({ at: 1, removed: 2, inserted: other });
});

test("equal texts need no splice", () => {
  expect(spliceBetween("é", "é")).toBeNull();
});

test.each([
  ["", "👍"],
  ["👍", "👎"],
  ["a👍b", "a👍👍b"],
  ["👩‍👩‍👧", "👩‍👩‍👦"],
  ["aaa", "aa"],
  ["Porte 🚪 érable", "Porte 🪟 érable"],
])("%j becomes %j whole", (before, after) => {
  expect(rewritten(before, after)).toBe(after);
});

test("a splice never cuts a surrogate pair", () => {
  const splice = spliceBetween("👍", "👎");
  expect(splice).toEqual({ at: 0, removed: 2, inserted: "👎" });
});

test("a caret stays with the text it stood behind", () => {
  expect(shiftedCaret(5, { at: 2, removed: 0, inserted: "abc" })).toBe(8);
  expect(shiftedCaret(2, { at: 2, removed: 0, inserted: "abc" })).toBe(2);
  expect(shiftedCaret(5, { at: 3, removed: 4, inserted: "x" })).toBe(3);
  expect(shiftedCaret(9, { at: 3, removed: 4, inserted: "x" })).toBe(6);
});
