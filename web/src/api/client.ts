import { Problem, problemOf } from "./problem";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue>;

let speaks = "fr";
let onSignedOut: (cause: Problem) => void = () => undefined;
let copies: Copies | null = null;

/** Answers that lie on this device. `recall` gives undefined for what does not. */
export interface Copies {
  keep(path: string, body: unknown): void;
  recall(path: string): Promise<unknown>;
}

/** The language the server answers in, what to do when the session is gone, and the copies of answers, if any. */
export function configure(options: {
  language?: string;
  signedOut?: (cause: Problem) => void;
  copies?: Copies | null;
}): void {
  if (options.language) speaks = options.language;
  if (options.signedOut) onSignedOut = options.signedOut;
  if (options.copies !== undefined) copies = options.copies;
}

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** Ask the server; raises `Problem` for every refusal, and code `offline` when nothing answered. */
async function ask<Reply>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": speaks, ...more };
  const upload = body instanceof FormData;
  if (body !== undefined && !upload) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = upload ? body : JSON.stringify(body);
  if (signal) init.signal = signal;
  return readReply<Reply>(await send(path, init));
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem(0, "offline", "");
  }
}

async function readReply<Reply>(response: Response): Promise<Reply> {
  if (response.status === 204) return undefined as Reply;
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as Reply;
  throw problemOf(response.status, body, response.headers.get("Retry-After"));
}

/** The server first; what lies on this device where it does not answer. */
async function read<Reply>(path: string, signal?: AbortSignal): Promise<Reply> {
  try {
    const reply = await ask<Reply>("GET", path, undefined, signal);
    copies?.keep(path, reply);
    return reply;
  } catch (cause) {
    // A reader is led to sign in; a writer stays, because leaving would lose what was typed.
    if (cause instanceof Problem && cause.code === "signed_out") onSignedOut(cause);
    const isAway = cause instanceof Problem && (cause.code === "offline" || cause.code === "unreachable");
    const kept = isAway ? await copies?.recall(path) : undefined;
    if (kept === undefined || signal?.aborted) throw cause;
    return kept as Reply;
  }
}

export const api = {
  get: <Reply>(path: string, query?: Query, signal?: AbortSignal) =>
    read<Reply>(withQuery(path, query), signal),
  /** From the server or not at all, behind the page's back: a session that has ended is nobody's news yet. */
  fresh: <Reply>(path: string, query?: Query) => ask<Reply>("GET", withQuery(path, query)),
  post: <Reply = void>(path: string, body?: unknown) => ask<Reply>("POST", path, body),
  put: <Reply = void>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    ask<Reply>("PUT", path, body, undefined, headers),
  patch: <Reply = void>(path: string, body: unknown) => ask<Reply>("PATCH", path, body),
  remove: <Reply = void>(path: string) => ask<Reply>("DELETE", path),
};

/** Whether a request was given up by the page itself: nothing to tell anyone. */
export function isAborted(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}
