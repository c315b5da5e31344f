import { expect, test } from "vitest";
import { decoded, faultyFile, fileOfTable, PART, partsOf, recordsOf } from "./file";

const FILE = 'code,on_hand\r\nPG-300,4\r\n\r\n"a ""b""\r\nc",5\r\nNON-1,6\r\n';

test("records are known by the line on which they end, and blank lines are none", () => {
  expect(recordsOf(FILE)).toEqual([
    { line: 1, text: "code,on_hand" },
    { line: 2, text: "PG-300,4" },
    { line: 5, text: '"a ""b""\r\nc",5' },
    { line: 6, text: "NON-1,6" },
  ]);
});

test("a part is a file itself, without the faulty records", () => {
  expect(partsOf(recordsOf(FILE), new Set([6]))).toEqual([["code,on_hand", "PG-300,4", '"a ""b""\r\nc",5']]);
  const long = ["code,on_hand", ...Array.from({ length: PART + 1 }, (_, at) => `P-${at},1`)].join("\n");
  expect(partsOf(recordsOf(long), new Set()).map((part) => part.length)).toEqual([PART + 1, 2]);
});

test("the faulty records come back as a file that can be mended", () => {
  const faults = [{ line: 6, column: "code", message: "Inconnu." }];
  expect(faultyFile(recordsOf(FILE), faults)).toBe("code,on_hand\r\nNON-1,6");
});

test("pasted rows are a stock list, with heads of their own or by how many columns there are", () => {
  expect(fileOfTable([["PG-300", "4,5"]], true)).toBe('"code";"on_hand"\r\n"PG-300";"4,5"');
  expect(fileOfTable([["TM-200", "M", "4"]], false)).toBe('"code","size","on_hand"\r\n"TM-200","M","4"');
  const named = [
    ["On_hand", "Code"],
    ["4", "PG-300"],
  ];
  expect(fileOfTable(named, false)).toBe('"On_hand","Code"\r\n"4","PG-300"');
  expect(fileOfTable([["PG-300"]], false)).toBeNull();
});

test("a file of an old spreadsheet is read in its own alphabet", () => {
  expect(decoded(new TextEncoder().encode("Érable").buffer as ArrayBuffer)).toBe("Érable");
  expect(decoded(new Uint8Array([0xc9, 0x72]).buffer)).toBe("Ér");
});
