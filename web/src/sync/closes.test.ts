import { expect, test } from "vitest";
import table from "../../../schema/closes.py?raw";
import messages from "../../../schema/messages.py?raw";
import { endingOf } from "./closes";
import { NOTICE, PROTOCOL } from "./notices";

const codes = new Map(
  [...table.matchAll(/^ {4}([A-Z_]+) = (\d{4})$/gm)].map((match) => [match[1] ?? "", Number(match[2])]),
);

test("the codes that a person must act on are those of the server's table", () => {
  expect(endingOf(codes.get("SIGNED_OUT") ?? 0)).toBe("signed_out");
  expect(endingOf(codes.get("NOT_FOUND") ?? 0)).toBe("not_found");
  expect(endingOf(codes.get("EPOCH") ?? 0)).toBe("epoch");
  expect(endingOf(codes.get("OUTDATED") ?? 0)).toBe("outdated");
});

test("the page speaks the server's protocol", () => {
  expect(messages).toContain(`\nPROTOCOL: Final = ${PROTOCOL}\n`);
  expect(messages).toContain(`\nNOTICE: Final = ${NOTICE}\n`);
});

test("coming back is right for every code below 4400, and useless from there on", () => {
  expect(codes.size).toBeGreaterThan(15);
  for (const code of codes.values()) expect(endingOf(code) === null).toBe(code < 4400);
});

test("the codes of an ending are 4400 to 4499, and one that this page does not know is a fault", () => {
  expect([4399, 4400, 4499, 4500].map(endingOf)).toEqual([null, "fault", "fault", null]);
});
