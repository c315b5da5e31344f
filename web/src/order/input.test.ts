import { expect, test } from "vitest";
import { format } from "./display";
import { parseInput } from "./input";

const TODAY = "2026-11-23";

test.each([
  ["quantity", "12,5", "fr", null, "12.5"],
  ["quantity", "12.50", "en", null, "12.5"],
  ["quantity", "1,234", "en", null, "1234"],
  ["quantity", "1,234", "fr", null, "1.234"],
  ["quantity", "12 boîtes", "fr", "boîtes", "12"],
  ["quantity", "007", "fr", null, "7"],
  ["money", "1 234,50 $", "fr", null, "1234.5"],
  ["money", "$1,234.50", "en", null, "1234.5"],
  ["money", "1.234,50", "fr", null, "1234.5"],
  ["money", "1 234 567,89 $ CA", "fr", null, "1234567.89"],
  ["money", ",5", "fr", null, "0.5"],
  ["percent", "7,5 %", "fr", null, "7.5"],
  ["dimension", '34 1/2"', "en", "in", "34 1/2"],
  ["dimension", "34½ po", "fr", "in", "34 1/2"],
  ["dimension", "34-1/2", "en", "in", "34 1/2"],
  ["dimension", "34 2/4", "en", "in", "34 1/2"],
  ["dimension", "34,5", "fr", "in", "34.5"],
  ["dimension", "876mm", "fr", "in", "876 mm"],
  ["dimension", "87,6 cm", "fr", "cm", "87.6"],
  ["dimension", "1 200 mm", "fr", "in", "1200 mm"],
  ["dimension", "1\u202f200,5", "fr", "mm", "1200.5"],
  ["dimension", "1,200 mm", "en", "in", "1200 mm"],
  ["dimension", "2' 10 1/2\"", "en", "in", "34 1/2"],
  ["dimension", "3/4", "en", "in", "3/4"],
  ["date", "2026-12-05", "fr", null, "2026-12-05"],
  ["date", "5/12/2026", "fr", null, "2026-12-05"],
  ["date", "12/5/2026", "en", null, "2026-12-05"],
  ["date", "25/12/2026", "en", null, "2026-12-25"],
  ["date", "5 déc.", "fr", null, "2026-12-05"],
  ["date", "1er février", "fr", null, "2027-02-01"],
  ["date", "Dec 5, 2026", "en", null, "2026-12-05"],
  ["date", "26-12-05", "fr", null, "2026-12-05"],
  ["date", "05-12-26", "fr", null, "2026-12-05"],
  ["date", "mar 5", "fr", null, "2027-03-05"],
  ["date", "mardi 5 mai", "fr", null, "2027-05-05"],
  ["date", "demain", "fr", null, "2026-11-24"],
  ["date", "20/11", "fr", null, "2026-11-20"],
  ["flag", "oui", "fr", null, true],
  ["text", "  PO 4411 ", "fr", null, "PO 4411"],
] as const)("as a %s, “%s” typed in %s (unit %s) is %s", (kind, typed, language, unit, expected) => {
  expect(parseInput(kind, typed, language, unit, TODAY)).toEqual({ value: expected });
});

test.each([
  ["quantity", "douze", "not_a_decimal"],
  ["quantity", "-3", "negative"],
  ["quantity", "1.2345", "too_many_decimals"],
  ["money", "12,345", "too_many_decimals"],
  ["percent", "101", "out_of_range"],
  ["dimension", "3 5/4", "not_a_dimension"],
  ["dimension", "34 15", "not_a_dimension"],
  ["dimension", "34 lieues", "not_a_dimension"],
  ["date", "31/02/2026", "not_a_date"],
  ["date", "26-12-27", "not_a_date"],
  ["date", "5 jui 2026", "not_a_date"],
] as const)("as a %s, “%s” is refused as %s", (kind, typed, fault) => {
  expect(parseInput(kind, typed, "fr", null, TODAY)).toEqual({ fault });
});

test("an emptied cell holds nothing", () => {
  expect(parseInput("quantity", "  ", "fr")).toEqual({ value: null });
});

test.each([
  ["money", "1234.5", "fr", "1\u00a0234,50\u00a0$"],
  ["money", "1234.5", "en", "$1,234.50"],
  ["price", "0.1234", "en", "$0.1234"],
  ["quantity", "12.50", "fr", "12,5"],
  ["quantity", "1234567", "en", "1,234,567"],
  ["percent", "7.5", "fr", "7,5\u00a0%"],
  ["dimension", "34 1/2", "fr", "34 1/2"],
  ["dimension", "69/2", "fr", "34 1/2"],
  ["dimension", "1369/40", "fr", "34,225"],
  ["dimension", "34.5 in", "fr", "34,5\u00a0po"],
  ["date", "2026-12-05", "fr", "2026-12-05"],
  ["flag", "true", "en", "Yes"],
] as const)("a %s of “%s” reads in %s “%s”", (kind, value, language, shown) => {
  expect(format(kind, value, language)).toBe(shown);
});

test("an address reads on one line", () => {
  const address = { street: "12, rue Principale", city: "Laval", region: "QC", postal_code: "H7N 1A1" };
  expect(format("address", address, "fr")).toBe("12, rue Principale, Laval (QC) H7N\u00a01A1");
  expect(format("address", address, "en")).toBe("12, rue Principale, Laval QC H7N\u00a01A1");
  const jerusalem = { street: "רחוב 5", city: "Laval", region: "QC" };
  expect(format("address", jerusalem, "fr")).toBe("\u2068רחוב 5\u2069, Laval (QC)");
  expect(format("address", { city: "Laval" }, "fr")).toBe("Laval");
  expect(format("address", { city: "Laval", country: "CA" }, "fr")).toBe("Laval");
  expect(format("address", { city: "Troy", country: "US" }, "fr")).toBe("Troy, US");
});
