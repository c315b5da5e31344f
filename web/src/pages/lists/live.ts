import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderRow } from "../../api/shapes";

const LONGEST_WAIT = 30_000;
// The server says every 15 s that it is there; an order's socket is held dead after as long without a word.
const SILENCE_MS = 30_000;

/** How long to wait before trying again, with some disorder so that not everyone comes back at once. */
export function backoff(attempt: number, disorder: number): number {
  return Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + disorder / 2);
}

/** What a notice from `/ws/orders` tells: an order's row, that the stock has changed, or nothing known here. */
export function told(data: unknown): OrderRow | "stock" | null {
  if (typeof data !== "string") return null;
  try {
    const notice: unknown = JSON.parse(data);
    if (typeof notice !== "object" || notice === null) return null;
    const { type, row } = notice as { type?: unknown; row?: OrderRow };
    if (type === "stock") return "stock";
    return type === "row" && row && typeof row.id === "string" ? row : null;
  } catch {
    return null;
  }
}

interface Listener {
  onRow: (row: OrderRow) => void;
  /** What the company has in stock was changed. */
  onStock?: () => void;
  /** The connection is back after an absence: what happened meanwhile must be asked for. */
  onReturn: () => void;
}

/**
 * Keeps a socket of the lists open, and says whenever it stands, or does no more. `listener` gives whoever hears at the
 * moment. Gives the way to stop.
 */
export function stayConnected(listener: () => Listener, say: (isStanding: boolean) => void): () => void {
  let socket: WebSocket | null = null;
  let waiting = 0;
  let watching = 0;
  let attempt = 0;
  const connect = () => {
    clearTimeout(waiting);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/orders`);
    watch();
    socket.onopen = () => {
      watch();
      if (attempt > 0) listener().onReturn();
      attempt = 0;
      say(true);
    };
    socket.onmessage = (event) => {
      watch();
      const news = told(event.data);
      if (news === "stock") listener().onStock?.();
      else if (news) listener().onRow(news);
    };
    socket.onclose = lost;
  };
  const watch = () => {
    clearTimeout(watching);
    watching = window.setTimeout(() => {
      say(false);
      lost();
    }, SILENCE_MS);
  };
  /** The end of a dead connection may come minutes later: nothing is heard of it any more. */
  const letGo = () => {
    clearTimeout(watching);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  };
  const lost = () => {
    letGo();
    attempt += 1;
    if (attempt > 1) say(false);
    waiting = window.setTimeout(connect, backoff(attempt, Math.random()));
  };
  const hurry = () => {
    if (!socket) connect();
  };
  connect();
  addEventListener("online", hurry);
  return () => {
    clearTimeout(waiting);
    removeEventListener("online", hurry);
    letGo();
  };
}

/** Hear of every order that changes, and of the stock. Gives whether the connection is standing. */
export function useLiveRows(listener: Listener): boolean {
  const [standing, setStanding] = useState(true);
  const heard = useRef(listener);
  heard.current = listener;
  useEffect(() => stayConnected(() => heard.current, setStanding), []);
  return standing;
}
