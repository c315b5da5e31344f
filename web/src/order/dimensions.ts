/** Exact measures with inch fractions, as in `schema/values.py`. */

export type DimensionUnit = "in" | "mm" | "cm";

/** A rational number in lowest terms, never negative. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** An exact measure; `unit` null: the product's own. */
export interface Measure extends Rational {
  readonly unit: DimensionUnit | null;
}

const DIMENSION =
  /^(?:(\d{1,6}) (\d{1,4})\/(\d{1,4})|(\d{1,12})\/(\d{1,7})|(\d{1,6})\.(\d{1,6})|(\d{1,12}))(?: (in|mm|cm))?$/;

/** Exact length of each unit, in millimetres (an inch is 25.4 mm by definition). */
const MILLIMETRES: Record<DimensionUnit, Rational> = {
  in: { numerator: 127n, denominator: 5n },
  mm: { numerator: 1n, denominator: 1n },
  cm: { numerator: 10n, denominator: 1n },
};

/** `34 1/2` → 69/2, `876 mm` → 876 mm; null when the text is no measure (`3 5/4`, `1/0`). */
export function parseDimension(text: string): Measure | null {
  const match = DIMENSION.exec(text);
  if (!match) return null;
  const [, whole, mixedOver, mixedUnder, over, under, integer, decimals = "", digits = "0", unit] = match;
  const given = (unit as DimensionUnit | undefined) ?? null;
  if (whole !== undefined)
    return mixed(BigInt(whole), BigInt(mixedOver ?? 0), BigInt(mixedUnder ?? 0), given);
  if (over !== undefined) return measure(BigInt(over), BigInt(under ?? 0), given);
  return measure(BigInt((integer ?? digits) + decimals), 10n ** BigInt(decimals.length), given);
}

function mixed(whole: bigint, over: bigint, under: bigint, unit: DimensionUnit | null): Measure | null {
  return over < under ? measure(whole * under + over, under, unit) : null;
}

function measure(numerator: bigint, denominator: bigint, unit: DimensionUnit | null): Measure | null {
  return denominator === 0n ? null : { ...rational(numerator, denominator), unit };
}

/** A fraction in lowest terms; the denominator is not zero. */
export function rational(numerator: bigint, denominator: bigint): Rational {
  let [a, b] = [numerator, denominator];
  while (b) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

function times(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function plus(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The measure `text` in `unit`; a text without a unit is already in it. */
export function dimensionIn(text: string, unit: DimensionUnit): Rational | null {
  const parsed = parseDimension(text);
  if (!parsed || parsed.unit === null) return parsed;
  const { numerator, denominator } = MILLIMETRES[unit];
  return times(times(parsed, MILLIMETRES[parsed.unit]), { numerator: denominator, denominator: numerator });
}

/** `69/2`, or `35` for a whole number: the spelling of a signature. */
export function fractionText({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

/** `34 1/2`, as on a tape measure. */
export function mixedText({ numerator, denominator }: Rational): string {
  const whole = numerator / denominator;
  const over = numerator % denominator;
  if (over === 0n) return `${whole}`;
  return whole === 0n ? `${over}/${denominator}` : `${whole} ${over}/${denominator}`;
}

/** The exact decimal of a fraction, or null when it never ends. */
export function decimalText({ numerator, denominator }: Rational): string | null {
  const places = 12;
  const scaled = numerator * 10n ** BigInt(places);
  if (scaled % denominator !== 0n) return null;
  const digits = `${scaled / denominator}`.padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, "");
}
