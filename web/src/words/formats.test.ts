import { afterEach, describe, expect, test } from "vitest";
import { language } from "./catalogue";
import {
  ago,
  countryName,
  day,
  decimal,
  decimalInput,
  momentIn,
  money,
  named,
  nearMoment,
  parseDecimal,
} from "./formats";

/** Intl separates with several kinds of space; what matters here is where they stand. */
const spaced = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

afterEach(() => {
  language.value = "fr";
});

describe("in French", () => {
  test("money has a comma, spaces and the sign behind", () => {
    expect(spaced(money("1234.56"))).toBe("1 234,56 $");
  });

  test("an absent amount is empty, a zero is not", () => {
    expect(money(null)).toBe("");
    expect(spaced(money("0"))).toBe("0,00 $");
  });

  test("a day is short and never shifts with the time zone", () => {
    expect(spaced(day("2026-12-12"))).toBe("12 déc. 2026");
    expect(day("")).toBe("");
  });

  test("the first of a month is an ordinal, and no other day", () => {
    expect(spaced(day("2027-01-01"))).toBe("1er janv. 2027");
    expect(spaced(day("2026-12-11"))).toBe("11 déc. 2026");
    expect(spaced(nearMoment("2026-11-01T12:00:00"))).toMatch(/^1er nov\./);
  });

  test("a recent moment is told from now", () => {
    const now = Date.parse("2026-11-23T14:06:30Z");
    expect(spaced(ago("2026-11-23T14:02:11Z", now))).toBe("il y a 4 min");
    expect(ago("2026-11-23T14:06:29Z", now)).toBe("maintenant");
  });

  test("past a week the day is told, and a clock that runs ahead does not tell the future", () => {
    const now = Date.parse("2026-11-23T14:06:30Z");
    expect(spaced(ago("2026-11-10T15:00:00Z", now))).toBe("10 nov. 2026");
    expect(ago("2026-11-23T14:09:00Z", now)).toBe("maintenant");
  });

  test("a decimal goes into its field with a comma and comes back canonical", () => {
    expect(decimalInput("1234.50")).toBe("1234,50");
    expect(parseDecimal("1234,50")).toBe("1234.50");
    expect(decimal("2.5")).toBe("2,5");
  });
});

describe("in English", () => {
  test("money has a point, commas and the sign in front", () => {
    language.value = "en";
    expect(money("1234.56")).toBe("$1,234.56");
  });

  test("commas between thousands are not decimals", () => {
    language.value = "en";
    expect(parseDecimal("1,234.5")).toBe("1234.5");
    expect(parseDecimal("12,5")).toBe("12.5");
  });

  test("a name falls back on the other language", () => {
    language.value = "en";
    expect(named({ name_fr: "Porte", name_en: "" })).toBe("Porte");
    expect(named({ name_fr: "Porte", name_en: "Door" })).toBe("Door");
  });
});

test.each([
  ["1 234,5", "1234.5"],
  ["12.50", "12.50"],
  ["007", "7"],
  [",5", "0.5"],
  ["12,50 $", "12.50"],
])("%s is read as %s", (typed, canonical) => {
  expect(parseDecimal(typed)).toBe(canonical);
});

test.each(["", "-3", "1e3", "1,2,3", "douze", "1.23456", "½"])("%s is no decimal", (typed) => {
  expect(parseDecimal(typed)).toBeNull();
});

test("a country is told by its name in the reader's language, and an unknown word as it is", () => {
  expect([countryName("US"), countryName("somewhere")]).toEqual(["États-Unis", "somewhere"]);
  language.value = "en";
  expect(countryName("US")).toBe("United States");
});

test("a moment stands in a sentence behind the word that it needs", () => {
  const [now, other] = [new Date(), new Date(2020, 10, 25, 13, 33)];
  now.setHours(14, 2);
  const said = (sentence: Parameters<typeof momentIn>[0]) =>
    [now, other].map((at) => spaced(momentIn(sentence, at.getTime())));
  expect(said("at")).toEqual(["à 14 h 02", "le 25 nov., 13 h 33"]);
  expect(said("of")).toEqual(["de 14 h 02", "du 25 nov., 13 h 33"]);
  expect(said("since")).toEqual(["depuis 14 h 02", "depuis le 25 nov., 13 h 33"]);
  language.value = "en";
  expect(said("at")).toEqual(["at 14:02", "on Nov 25, 13:33"]);
});
