/**
 * Where a line stands among the others: text that sorts by its characters, `[0-9A-Za-z]{1,64}`.
 *
 * A line moved between two others gets a text between theirs, so nobody else's line is touched. Lines added at the
 * end count upwards in the first characters, so that a long order keeps short positions.
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = DIGITS.length;
const COUNTER_LENGTH = 4;
const COUNTERS = BASE ** COUNTER_LENGTH;
const LENGTH_LIMIT = 64;

/** A position between two others; null is the start or the end of the sheet. Equal neighbours give their own. */
export function positionBetween(before: string | null, after: string | null): string {
  if (before !== null && after !== null) return middle(before, after) ?? before;
  if (before !== null) return counterText(counterOf(before) + 1) ?? middle(before, null) ?? before;
  if (after !== null) return counterText(counterOf(after) - 1) ?? middle("", after) ?? after;
  return counterText(Math.floor(COUNTERS / 2)) ?? "";
}

/** `count` positions in order between two others. */
export function positionsBetween(before: string | null, after: string | null, count: number): string[] {
  if (count <= 0) return [];
  if (before === null || after === null) return countedFrom(before, after, count);
  const half = Math.floor(count / 2);
  const centre = positionBetween(before, after);
  const left = positionsBetween(before, centre, half);
  return [...left, centre, ...positionsBetween(centre, after, count - half - 1)];
}

function countedFrom(before: string | null, after: string | null, count: number): string[] {
  const positions: string[] = [];
  let [low, high] = [before, after];
  for (let made = 0; made < count; made += 1) {
    const position = positionBetween(low, high);
    positions.push(position);
    if (after === null) low = position;
    else high = position;
  }
  return after === null ? positions : positions.reverse();
}

function counterOf(position: string): number {
  const head = position.slice(0, COUNTER_LENGTH).padEnd(COUNTER_LENGTH, "0");
  return [...head].reduce((sum, digit) => sum * BASE + DIGITS.indexOf(digit), 0);
}

// Zero is kept free: nothing could be put before it.
function counterText(counter: number): string | null {
  if (counter <= 0 || counter >= COUNTERS) return null;
  let [text, rest] = ["", counter];
  for (let place = 0; place < COUNTER_LENGTH; place += 1) {
    text = `${DIGITS[rest % BASE]}${text}`;
    rest = Math.floor(rest / BASE);
  }
  return text;
}

/** The shortest text strictly between two; null when none fits (equal neighbours, or no room below the limit). */
function middle(before: string, after: string | null): string | null {
  if (after !== null && before >= after) return null;
  let text = "";
  let ceiling = after;
  for (let at = 0; at < LENGTH_LIMIT; at += 1) {
    const low = at < before.length ? DIGITS.indexOf(before[at] ?? "0") : 0;
    const high = ceiling === null ? BASE : at < ceiling.length ? DIGITS.indexOf(ceiling[at] ?? "0") : 0;
    if (high - low > 1) return text + DIGITS[Math.floor((low + high) / 2)];
    text += DIGITS[low];
    if (high > low) ceiling = null;
  }
  return null;
}
