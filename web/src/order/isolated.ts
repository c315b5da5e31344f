// Hebrew, Arabic and their neighbours, with the forms in which they are joined.
const LEFTWARDS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A text to be put among others: one that runs from right to left would turn what stands beside it. */
export function isolated(text: string): string {
  return LEFTWARDS.test(text) ? `\u2068${text}\u2069` : text;
}
