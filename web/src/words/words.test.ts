import { afterEach, expect, test, vi } from "vitest";
import { EN } from "../stock/words.en";
import { FR } from "../stock/words.fr";
import { fill, labelled, type Message, turnTo } from "./catalogue";
import { t } from "./index";
import { texts as inEnglish } from "./texts.en";
import { texts as inFrench } from "./texts.fr";

const [english, french] = [
  { ...inEnglish, stock: EN },
  { ...inFrench, stock: FR },
];

afterEach(() => turnTo("fr"));

type Part = keyof typeof french;
const parts = Object.keys(french) as Part[];
const en = (part: Part) => english[part] as Record<string, Message>;
const fr = (part: Part) => french[part] as Record<string, Message>;
const forms = (message: Message | undefined) =>
  typeof message === "string" ? [message] : [message?.one ?? "", message?.other ?? ""];
const holes = (message: Message | undefined) =>
  forms(message).map((text) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort());

test.each(parts)("both languages hold the same keys of %s, in the same order", (part) => {
  expect(Object.keys(en(part))).toEqual(Object.keys(fr(part)));
});

test.each(parts)("each sentence of %s asks for the same values in both languages", (part) => {
  const keys = Object.keys(fr(part));
  expect(keys.map((key) => [key, holes(en(part)[key])])).toEqual(
    keys.map((key) => [key, holes(fr(part)[key])]),
  );
});

const code = Object.entries(
  import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
)
  .filter(([file]) => !/(\.test|\b(fr|en))\.tsx?$/.test(file))
  .map(([, text]) => text)
  .join("\n");
const stems = [...code.matchAll(/sayOr\("(\w+)"/g)].map(([, stem]) => `${stem}.`);
const composed = [...code.matchAll(/`([\w.]*\$\{[^`]*)`/g)]
  .map(([, template]) => (template ?? "").split(/\$\{[^}]*\}/))
  .filter((fixed) => /\w/.test(fixed.join("")))
  .map((fixed) => new RegExp(`^${fixed.map((part) => part.replace(/\W/g, "\\$&")).join("[\\w.]+")}$`));

test.each(parts)("every word of %s is said somewhere", (part) => {
  const unsaid = Object.keys(fr(part)).filter(
    (key) =>
      !code.includes(`"${key}"`) &&
      !stems.some((stem) => key.startsWith(stem)) &&
      !composed.some((form) => form.test(key)),
  );
  expect(unsaid).toEqual([]);
});

test.each(parts)("no French word of %s says « erreur »", (part) => {
  const said = Object.values(fr(part)).flatMap(forms);
  expect(said.filter((text) => /erreur/i.test(text))).toEqual([]);
});

test.each(parts)("%s calls the company that buys a client in English, and nothing else", (part) => {
  const said = Object.values(en(part)).flatMap(forms);
  expect(said.filter((text) => /customer|buyer/i.test(text))).toEqual([]);
});

// Amounts, bounds and the numbers of rows of a form are no count of the things named beside them.
const UNCOUNTED =
  /^(problem\.wait|add\.(fault\.)?(minimum|multiple)|.+\.number|product\.(dimension|characteristic|option)|return\.all|asked\.long)$/;

test.each(parts)("each sentence of %s that counts has a form for one and a form for several", (part) => {
  const flat = (words: Record<string, Message>) =>
    Object.keys(words).filter(
      (key) => typeof words[key] === "string" && holes(words[key]).flat().includes("{count}"),
    );
  expect([...flat(fr(part)), ...flat(en(part))].filter((key) => !UNCOUNTED.test(key))).toEqual([]);
});

test("one of the other company’s changes is signed as one", () => {
  const both = (count: number) => fill(french.sheet["review.both"], { count, total: "12 $" });
  expect(both(1)).toBe("Vous signez et envoyez ce changement de l’autre entreprise; le total est de 12 $.");
  expect(both(3)).toContain("ces 3 changements");
});

test("what an import has done is counted in rows", async () => {
  const done = (count: number) => fill(french.stock["import.progress"], { count, all: 2 });
  expect([done(0), done(1), done(2)]).toEqual(["0 ligne sur 2", "1 ligne sur 2", "2 lignes sur 2"]);
  await turnTo("en");
  expect(fill(english.stock["import.progress"], { count: 1, all: 1 })).toBe("1 row of 1");
});

test("French counts zero as one, English does not", async () => {
  expect(t("add.added", { count: 0 })).toBe("0 ligne ajoutée");
  expect(t("add.added", { count: 12 })).toBe("12 lignes ajoutées");
  await turnTo("en");
  expect(t("add.added", { count: 0 })).toBe("0 lines added");
  expect(t("add.added", { count: 1 })).toBe("1 line added");
});

test("large numbers are written as each language does", async () => {
  expect(t("add.added", { count: 3941 })).toMatch(/^3\s941 lignes ajoutées$/);
  await turnTo("en");
  expect(t("add.added", { count: 3941 })).toBe("3,941 lines added");
});

test("a name that runs from right to left leaves the sentence around it in its order", () => {
  const message = "{name} : {count} ligne";
  expect(fill(message, { name: "שלום (2)", count: 1 })).toBe("\u2068שלום (2)\u2069 : 1 ligne");
  expect(fill(message, { name: "Cuisines Laurier", count: 1 })).toBe("Cuisines Laurier : 1 ligne");
});

test("a value that is not given leaves its hole in sight", () => {
  expect(fill("Bonjour {name}")).toBe("Bonjour {name}");
});

test("nothing is said before the texts are here, and never a key", async () => {
  vi.resetModules();
  const anew = await import("./index");
  expect([anew.t("loading"), anew.isSpoken.value]).toEqual(["", false]);
  await anew.turnTo("en");
  expect([anew.t("loading"), anew.isSpoken.value]).toEqual([english.app.loading, true]);
});

test("of two languages asked for one after the other, the last one stays, whichever comes first", async () => {
  vi.resetModules();
  const anew = await import("./index");
  await anew.turnTo("fr");
  await Promise.all([anew.turnTo("en"), anew.turnTo("fr")]);
  expect([anew.language.value, anew.t("loading")]).toEqual(["fr", french.app.loading]);
});

test("a language that was learnt is turned to at once", async () => {
  vi.resetModules();
  const anew = await import("./index");
  await anew.turnTo("fr");
  await anew.learn("en");
  void anew.turnTo("en");
  expect(anew.t("loading")).toBe(english.app.loading);
});

test("a thing stands under its name as each language writes a colon", async () => {
  expect(labelled("Compte", "Anna")).toBe("Compte\u00a0: Anna");
  await turnTo("en");
  expect(labelled("Account", "Anna")).toBe("Account: Anna");
});
