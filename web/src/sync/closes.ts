/**
 * What the browser does when the server closes an order's socket.
 *
 * `schema/closes.py` is the table of codes; here they are grouped by what a person can do about them.
 */

/**
 * signed_out: sign in again. not_found: nothing to see. epoch: keep a copy, start again. outdated: load the present
 * version of the application. fault: keep a copy, reload.
 */
export type Ending = "signed_out" | "not_found" | "epoch" | "outdated" | "fault";

const FIRST_FINAL = 4400;
const LAST_FINAL = 4499;
export const SIGNED_OUT = 4401;
const ENDINGS: Readonly<Record<number, Ending>> = {
  [SIGNED_OUT]: "signed_out",
  4404: "not_found",
  4405: "epoch",
  4410: "outdated",
};

/** How a close code ends the session for good, or null when coming back is right. */
export function endingOf(code: number): Ending | null {
  if (code < FIRST_FINAL || code > LAST_FINAL) return null;
  return ENDINGS[code] ?? "fault";
}
