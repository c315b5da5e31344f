import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, isAborted, type Query } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Page } from "../api/shapes";
import { asOf } from "../offline/answers";

export type Loaded<Value> =
  | { state: "loading" }
  | { state: "failed"; problem: Problem }
  | { state: "ready"; value: Value };

/** One thing from the server; asked again when `path` changes. `put` replaces it with what a change answered. */
export function useLoad<Value>(path: string | null) {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const gone = new AbortController();
    setLoaded({ state: "loading" });
    api
      .get<Value>(path, {}, gone.signal)
      .then((value) => setLoaded({ state: "ready", value }))
      .catch((cause) => {
        if (!isAborted(cause)) setLoaded({ state: "failed", problem: asProblem(cause) });
      });
    return () => gone.abort();
  }, [path, turn]);
  useReturn(
    () => loaded.state === "failed",
    () => setTurn(turn + 1),
  );
  const put = useCallback((value: Value) => setLoaded({ state: "ready", value }), []);
  return { loaded, put, retry: () => setTurn(turn + 1) };
}

export interface List<Item> {
  items: Item[];
  next: string | null;
  state: "loading" | "failed" | "ready" | "more";
  /** Why it could not be read, while it is `failed`. */
  problem: Problem | null;
  /** What the items answer, so that a page can tell an old answer from the present one. */
  asked: string;
}

// What a server gives at once at most, where many pages are read again.
const MOST = 200;
const NOTHING = { next: null, state: "loading", problem: null, asked: "" } as const;

/** Reads again what is behind, once the network is back. */
function useReturn(isBehind: () => boolean, read: () => void): void {
  const now = useRef({ isBehind, read });
  now.current = { isBehind, read };
  useEffect(() => {
    const back = () => {
      if (now.current.isBehind()) now.current.read();
    };
    addEventListener("online", back);
    return () => removeEventListener("online", back);
  }, []);
}

/**
 * A list read page by page, each item in it once. While another is on its way the old one stays in sight; the same read
 * anew comes as far as it had been read.
 */
export function useList<Item extends { id: string }>(path: string, query: Query) {
  const asked = JSON.stringify([path, query]);
  const [list, setList] = useState<List<Item>>({ ...NOTHING, items: [] });
  const [turn, setTurn] = useState(0);
  const reading = useRef(new AbortController());
  // What is changed while the list is being read, of which its pages may not know yet.
  const changes = useRef<((items: Item[]) => Item[])[] | null>(null);

  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    reading.current = gone;
    const changed: ((items: Item[]) => Item[])[] = [];
    changes.current = changed;
    setList((before) => ({ ...before, state: "loading", problem: null }));
    const least = list.asked === asked ? list.items.length : 0;
    const read = async () => {
      let page = await api.get<Page<Item>>(path, query, signal);
      let { items } = page;
      // Where little is found on a page there may be no end of pages.
      for (let left = 1 + Math.ceil(least / MOST); page.next && items.length < least && left > 0; left -= 1) {
        page = await api.get<Page<Item>>(path, { ...query, after: page.next, limit: MOST }, signal);
        items = joined(items, page.items);
      }
      if (signal.aborted) return;
      changes.current = null;
      const once = new Map(changed.reduce((now, edit) => edit(now), items).map((item) => [item.id, item]));
      setList({ items: [...once.values()], next: page.next, state: "ready", problem: null, asked });
    };
    read().catch((cause) => {
      if (!isAborted(cause)) {
        setList((before) => ({ ...before, state: "failed", problem: asProblem(cause) }));
      }
    });
    return () => gone.abort();
  }, [asked, turn]);
  const retry = () => setTurn(turn + 1);
  useReturn(() => list.state === "failed" || asOf.peek() !== null, retry);

  const more = async () => {
    if (list.state === "failed") retry();
    if (!list.next || list.state !== "ready") return;
    // The rest of a list that was read anew meanwhile is not the rest of the new one.
    const { signal } = reading.current;
    setList((before) => ({ ...before, state: "more" }));
    try {
      const page = await api.get<Page<Item>>(path, { ...query, after: list.next }, signal);
      if (!signal.aborted)
        setList((before) => ({
          ...before,
          ...page,
          items: joined(before.items, page.items),
          state: "ready",
        }));
    } catch {
      if (!signal.aborted) setList((before) => ({ ...before, state: "ready" }));
    }
  };
  const change = (edit: (items: Item[]) => Item[]) => {
    changes.current?.push(edit);
    setList((before) => ({ ...before, items: edit(before.items) }));
  };
  return { ...list, more, change, retry };
}

/** What was changed meanwhile came by another way, and later. */
function joined<Item extends { id: string }>(items: readonly Item[], more: readonly Item[]): Item[] {
  const known = new Set(items.map(({ id }) => id));
  return [...items, ...more.filter(({ id }) => !known.has(id))];
}

/** `value`, once it has stood still for a while. */
export function useSettled<Value>(value: Value, milliseconds = 200): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
