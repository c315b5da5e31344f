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

/** A list read page by page, each item in it once. While another is on its way the old one stays in sight. */
export function useList<Item extends { id: string }>(path: string, query: Query) {
  const asked = JSON.stringify([path, query]);
  const [list, setList] = useState<List<Item>>({ ...NOTHING, items: [] });
  const [turn, setTurn] = useState(0);
  const reading = useRef(new AbortController());

  useEffect(() => {
    const gone = new AbortController();
    reading.current = gone;
    setList((before) => ({ ...before, state: "loading", problem: null }));
    api
      .get<Page<Item>>(path, query, gone.signal)
      .then((page) => setList({ ...page, state: "ready", problem: null, asked }))
      .catch((cause) => {
        if (!isAborted(cause)) {
          setList((before) => ({ ...before, state: "failed", problem: asProblem(cause) }));
        }
      });
    return () => gone.abort();
  }, [asked, turn]);
  useReturn(
    () => list.state === "failed" || asOf.peek() !== null,
    () => setTurn(turn + 1),
  );

  const more = async () => {
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
  const change = (edit: (items: Item[]) => Item[]) =>
    setList((before) => ({ ...before, items: edit(before.items) }));
  return { ...list, more, change, retry: () => setTurn(turn + 1) };
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
