import { describe, expect, test } from "vitest";
import colourExamples from "../../../tests/golden/colour.json";
import digestExamples from "../../../tests/golden/digest.json";
import effectiveExamples from "../../../tests/golden/effective.json";
import statusExamples from "../../../tests/golden/status.json";
import taxExamples from "../../../tests/golden/taxes.json";
import totalExamples from "../../../tests/golden/totals.json";
import turnExamples from "../../../tests/golden/turn.json";
import valueExamples from "../../../tests/golden/values.json";
import type { ValueKind } from "./cells";
import { changedCells, effectiveCell } from "./colour";
import { digest } from "./digest";
import { type Content, contentOf, type Side } from "./order";
import { stateOf, statusFor, turnOf } from "./status";
import { taxesIn } from "./taxes";
import { canonicalJson, type Terms, termsOf } from "./terms";
import { lineAmount, pointsOf, totalsOf } from "./totals";
import { canonical, check } from "./values";

/** An order as an example tells it: what stands, and for each company what was otherwise when it signed. */
interface Example {
  name: string;
  content: object;
  signed: Record<string, { count: number; changes: object }>;
}

function orderOf(example: Example): Content {
  const content = contentOf(example.content);
  const signatures = Object.entries(example.signed).map(([side, { count, changes }]) => {
    const terms = canonicalJson(termsAtSigning(example.content, changes));
    return [side, { digest: digest(terms), terms, count, at: "" }] as const;
  });
  for (const [side, signature] of signatures)
    (content.record as Map<string, unknown>).set(`signatures/${side}`, signature);
  return content;
}

function termsAtSigning(plain: object, changes: object): Terms {
  const content = contentOf(plain);
  for (const [address, value] of Object.entries(changes)) {
    const [root, ...key] = address.split("/");
    (content[root as Side] as Map<string, unknown>).set(key.join("/"), value ?? undefined);
  }
  return termsOf(content);
}

const named = <E extends { name: string }>(examples: E[]) =>
  examples.map((example) => [example.name, example] as const);

describe("status", () => {
  test.each(named(statusExamples as never as (Example & { expected: object })[]))("%s", (_, example) => {
    const content = orderOf(example);
    for (const known of [undefined, digest(canonicalJson(termsOf(content)))]) {
      expect({
        state: stateOf(content),
        client: statusFor(content, "client", known),
        supplier: statusFor(content, "supplier", known),
      }).toEqual(example.expected);
    }
  });
});

describe("turn", () => {
  test.each(named(turnExamples as never as (Example & { expected: Side | null })[]))("%s", (_, example) => {
    const content = orderOf(example);
    expect(turnOf(content)).toBe(example.expected);
    expect(turnOf(content, digest(canonicalJson(termsOf(content))))).toBe(example.expected);
  });
});

type ColourExample = Example & {
  reader: Side;
  expected: { cells: Record<string, [unknown, unknown]>; lines: Record<string, string> };
};

describe("colour", () => {
  test.each(named(colourExamples as never as ColourExample[]))("%s", (_, example) => {
    const changed = changedCells(orderOf(example), example.reader);
    const cells = [...changed.cells].map(([address, { before, after }]) => [
      address,
      [plain(before), plain(after)],
    ]);
    expect(new Map(cells as never)).toEqual(new Map(Object.entries(example.expected.cells)));
    expect(changed.lines).toEqual(new Map(Object.entries(example.expected.lines)));
  });
});

// Dictionaries of the terms inherit nothing; the examples' objects do.
const plain = (value: unknown) => (typeof value === "object" && value !== null ? { ...value } : value);

type EffectiveExample = Example & {
  reader: Side;
  line: string | null;
  noun: string;
  point: string | null;
  expected: { before: unknown };
};

describe("effective", () => {
  test.each(named(effectiveExamples as never as EffectiveExample[]))("%s", (_, example) => {
    const { reader, line, noun, point } = example;
    const { changedFrom, ...now } = effectiveCell(orderOf(example), reader, line, noun, point);
    expect({ ...now, before: changedFrom }).toEqual(example.expected);
  });
});

describe("totals", () => {
  test.each(named(totalExamples as never as (Example & { expected: object })[]))("%s", (_, example) => {
    const content = contentOf(example.content);
    const totals = totalsOf(content);
    const taxes = totals.taxes.map(({ code, rate, amount }) => [code, rate, amount]);
    expect({ ...totals, lines: Object.fromEntries(totals.lines), taxes }).toEqual(example.expected);
    const points = pointsOf(content);
    const alone = [...totals.lines.keys()].map((line) => [
      line,
      lineAmount(content, line, points.get(line) ?? []),
    ]);
    expect(new Map(alone as never)).toEqual(totals.lines);
  });
});

describe("taxes", () => {
  test.each(named(taxExamples))("%s", (_, { region, day, expected }) => {
    expect(taxesIn(region, day).map(({ code, rate }) => [code, rate])).toEqual(expected);
  });
});

describe("digest", () => {
  test.each(named(digestExamples))("%s", (_, example) => {
    const content = contentOf(example.content);
    expect(canonicalJson(termsOf(content))).toBe(example.canonical);
    expect(digest(canonicalJson(termsOf(content)))).toBe(example.expected);
  });
});

type ValueExample = {
  name: string;
  kind: ValueKind;
  value: unknown;
  expected: string | null;
  canonical?: unknown;
};

describe("values", () => {
  test.each(named(valueExamples as ValueExample[]))(
    "%s",
    (_, { kind, value, expected, canonical: spelling }) => {
      expect(check(kind, value)).toBe(expected);
      if (expected === null) expect(canonical(kind, value)).toEqual(spelling);
    },
  );
});
