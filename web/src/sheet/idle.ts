/** It is done all the same where the browser is never idle. */
const PATIENCE_MS = 500;

/** Does `work` once the browser has nothing to draw and nobody to answer. Gives the way to call it off. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const waiting = setTimeout(work); // Safari has no such thing
    return () => clearTimeout(waiting);
  }
  const waiting = requestIdleCallback(work, { timeout: PATIENCE_MS });
  return () => cancelIdleCallback(waiting);
}
