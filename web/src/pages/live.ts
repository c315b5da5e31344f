import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderRow } from "../api/shapes";

const LONGEST_WAIT = 30_000;

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

/** Hear of every order that changes, and of the stock. Gives whether the connection is standing. */
export function useLiveRows(listener: Listener): boolean {
  const [standing, setStanding] = useState(true);
  const heard = useRef(listener);
  heard.current = listener;
  useEffect(() => {
    let socket: WebSocket | null = null;
    let timer = 0;
    let attempt = 0;
    let left = false;
    const connect = () => {
      clearTimeout(timer);
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${location.host}/ws/orders`);
      socket.onopen = () => {
        if (attempt > 0) heard.current.onReturn();
        attempt = 0;
        setStanding(true);
      };
      socket.onmessage = (event) => {
        const news = told(event.data);
        if (news === "stock") heard.current.onStock?.();
        else if (news) heard.current.onRow(news);
      };
      socket.onclose = () => {
        if (left) return;
        attempt += 1;
        if (attempt > 1) setStanding(false);
        timer = window.setTimeout(connect, backoff(attempt, Math.random()));
      };
    };
    const hurry = () => {
      if (socket?.readyState === WebSocket.CLOSED) connect();
    };
    connect();
    addEventListener("online", hurry);
    return () => {
      left = true;
      clearTimeout(timer);
      removeEventListener("online", hurry);
      socket?.close();
    };
  }, []);
  return standing;
}
