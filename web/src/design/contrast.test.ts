import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Colours = Record<string, string>;

const sheet = readFileSync(`${process.cwd()}/src/design/tokens.css`, "utf8");

function coloursIn(block: string): Colours {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

const [before = "", after = ""] = sheet.split(':root[data-theme="dark"]');
const light = coloursIn(before);
const dark = coloursIn(after);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colours: Colours, ink: string, ground: string): number {
  const [one, other] = [colours[ink], colours[ground]];
  if (!one || !other) throw new Error(`${ink} or ${ground} is no colour of the theme.`);
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const states = ["draft", "waiting", "changed", "agreed", "amending", "closed"];
const surfaces = ["ground", "surface", "raised", "sunken", "hover"];
const texts: [string, string][] = [
  ...states.map((state): [string, string] => [`${state}-ink`, `${state}-ground`]),
  ...["ink", "ink-2", "ink-3", "accent-text"].flatMap((ink) =>
    surfaces.map((on): [string, string] => [ink, on]),
  ),
  ["accent-ink", "accent"],
  ["accent-ink", "accent-hover"],
  ["accent-text", "accent-soft"],
  ["danger-ink", "danger"],
  ["danger", "surface"],
  ["ink", "danger-soft"],
  ["ink", "flash"],
  ["ink", "mark"],
  ["ink-2", "mark"],
  ["changed-ink", "mark"],
  ["surface", "ink"],
];

test.each(texts)("%s can be read on %s, by day and by night", (ink, ground) => {
  expect(contrast(light, ink, ground)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(dark, ink, ground)).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ["line-strong", "surface"],
  ["focus", "surface"],
  ["focus", "ground"],
  ["amending-corner", "amending-ground"],
])("the shape of %s can be made out on %s", (shape, ground) => {
  expect(contrast(light, shape, ground)).toBeGreaterThanOrEqual(3);
  expect(contrast(dark, shape, ground)).toBeGreaterThanOrEqual(3);
});

test("both themes name the same colours", () => {
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort());
});
