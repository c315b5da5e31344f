import { configure } from "../api/client";
import { removeAll } from "../offline/device";
import { removeMark } from "../offline/mark";
import { forget, recall, remember } from "./memory";

/**
 * The end of a session: a browser without a network cannot take its cookie away, and a page may be closed before all is
 * removed. Who signed out is noted first; until both are done no page of this browser lets anybody in by that session.
 */

/** Whose copies of answers this device reads when nothing answers. */
export const PRESENT = "present";
/** Which language he chose here, while his account has not been told. */
export const CHOSEN = "chosen-language";
/** Where what he typed into the stock lies until it is saved. */
export const typedStock = (userId: string) => `stock/${userId}`;
/** Who signed out here, until the server has ended his session and this device has forgotten him. */
const ENDING = "ending";
// A network that is there and carries nothing must not keep anybody from leaving.
const PATIENCE_MS = 4000;

/** Whether this device keeps anything for a person: nobody signed out since he was here, nor somebody else in. */
export function isPresent(userId: string): boolean {
  return recall(PRESENT) === userId;
}

/** Ends a person's session. Gives whether the server did already; if not, whatever page is next asks it again. */
export async function endSession(userId: string): Promise<boolean> {
  remember(ENDING, userId);
  forget(PRESENT);
  return finish(userId);
}

/** Whether an end was interrupted. */
export function isEnding(): boolean {
  return recall(ENDING) !== null;
}

/** Goes on with an end that was interrupted. Gives whether none is left. */
export async function finishEnding(): Promise<boolean> {
  const userId = recall(ENDING);
  return userId === null || finish(userId);
}

/** Somebody signed in since: the cookie of that session is gone. */
export function noteEntry(): void {
  forget(ENDING);
}

/** Removes from this device what it keeps for a person. What opens his copies goes last, in case this is interrupted. */
export async function forgetPerson(userId: string): Promise<void> {
  configure({ copies: null });
  await removeAll(userId);
  removeMark(userId);
  forget(CHOSEN);
  if (isPresent(userId)) forget(PRESENT);
  forget(typedStock(userId));
}

async function finish(userId: string): Promise<boolean> {
  const [isEnded] = await Promise.all([tellServer(), forgetPerson(userId)]);
  if (isEnded) forget(ENDING);
  return isEnded;
}

/** The page may be left at once: `keepalive`. */
async function tellServer(): Promise<boolean> {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), PATIENCE_MS);
  return fetch("/api/logout", { method: "POST", keepalive: true, signal: patience.signal })
    .then(({ ok }) => ok)
    .catch(() => false)
    .finally(() => clearTimeout(late));
}
