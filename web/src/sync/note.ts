/** The note is typed together, character by character: what changes is a splice, never the whole text. */

import type * as Y from "yjs";

/** At `at` (UTF-16 units, as Yjs counts), `removed` units give way to `inserted`. */
export interface Splice {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** The smallest single splice from one text to another; null when they are equal. Never cuts a surrogate pair. */
export function spliceBetween(before: string, after: string): Splice | null {
  if (before === after) return null;
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const inserted = after.slice(start, after.length - end);
  return { at: start, removed: before.length - end - start, inserted };
}

/** Applies a splice to a shared text. */
export function applySplice(text: Y.Text, splice: Splice): void {
  if (splice.removed > 0) text.delete(splice.at, splice.removed);
  if (splice.inserted) text.insert(splice.at, splice.inserted);
}

/** Where a caret stands after somebody else's splice: behind text inserted before it, at the cut when inside one. */
export function shiftedCaret(caret: number, splice: Splice): number {
  if (caret <= splice.at) return caret;
  const cutEnd = splice.at + splice.removed;
  if (caret < cutEnd) return splice.at;
  return caret + splice.inserted.length - splice.removed;
}

function commonStart(before: string, after: string): number {
  const limit = Math.min(before.length, after.length);
  let count = 0;
  while (count < limit && before[count] === after[count]) count += 1;
  return count > 0 && isHighSurrogate(before, count - 1) ? count - 1 : count;
}

function commonEnd(before: string, after: string, start: number): number {
  const limit = Math.min(before.length, after.length) - start;
  let count = 0;
  while (count < limit && before[before.length - 1 - count] === after[after.length - 1 - count]) count += 1;
  return count > 0 && isLowSurrogate(before, before.length - count) ? count - 1 : count;
}

function isHighSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800;
}

function isLowSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xdc00;
}
