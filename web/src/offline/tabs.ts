/** Several tabs of one browser: who looks after an order's copy, and what one tab tells the others. */

export interface TabChannel<Message> {
  tell(message: Message): void;
  close(): void;
}

/** Hears the other tabs of this browser. Where there is no such channel, each tab is alone. */
export function joinTabs<Message>(name: string, heard: (message: Message) => void): TabChannel<Message> {
  if (typeof BroadcastChannel === "undefined") return { tell: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event) => heard(event.data as Message);
  return {
    tell: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}

/**
 * Holds a name of which one tab at a time is the owner: `owned` is called when this tab becomes it, at once or when
 * another lets go. Gives the way to let go. Without such locks (a page without https) every tab owns.
 */
export function own(name: string, owned: () => void): () => void {
  if (typeof navigator === "undefined" || !navigator.locks) {
    owned();
    return () => undefined;
  }
  const leaving = new AbortController();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const turn = () => {
    owned();
    return held;
  };
  navigator.locks.request(name, { signal: leaving.signal }, turn).catch(() => undefined);
  return () => {
    leaving.abort();
    release();
  };
}

/** Does something while no other tab of this browser does anything of that name. Without such locks, at once. */
export async function exclusively(name: string, act: () => Promise<void>): Promise<void> {
  if (typeof navigator === "undefined" || !navigator.locks) return act();
  await navigator.locks.request(name, act);
}

/** Whether a tab of this browser holds the name. */
export async function isOwned(name: string): Promise<boolean> {
  if (typeof navigator === "undefined" || !navigator.locks) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === name);
}
