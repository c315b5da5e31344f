import { afterEach, expect, test } from "vitest";
import { fill, language, type Message } from "./catalogue";
import { en } from "./en";
import { fr } from "./fr";
import { t } from "./index";

afterEach(() => {
  language.value = "fr";
});

const forms = (message: Message) => (typeof message === "string" ? [message] : [message.one, message.other]);
const holes = (message: Message) =>
  forms(message).map((text) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort());

test("both languages hold the same keys, in the same order", () => {
  expect(Object.keys(en)).toEqual(Object.keys(fr));
});

test("each sentence asks for the same values in both languages", () => {
  const keys = Object.keys(fr) as (keyof typeof fr)[];
  expect(keys.map((key) => [key, holes(en[key])])).toEqual(keys.map((key) => [key, holes(fr[key])]));
});

test("no French word says « erreur »", () => {
  const said = Object.values(fr as Record<string, Message>).flatMap(forms);
  expect(said.filter((text) => /erreur/i.test(text))).toEqual([]);
});

test("French counts zero as one, English does not", () => {
  expect(t("add.added", { count: 0 })).toBe("0 ligne ajoutée");
  expect(t("add.added", { count: 12 })).toBe("12 lignes ajoutées");
  language.value = "en";
  expect(t("add.added", { count: 0 })).toBe("0 lines added");
  expect(t("add.added", { count: 1 })).toBe("1 line added");
});

test("a value that is not given leaves its hole in sight", () => {
  expect(fill("Bonjour {name}")).toBe("Bonjour {name}");
});
