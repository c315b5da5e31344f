/**
 * The service worker: it answers with the application's own files when there is no network, and with nothing else.
 *
 * The files are those of one version, fetched together before the version is used. What the server says of orders,
 * people and products never passes through here: `/api`, `/ws` and the number of the version go straight to it.
 */

interface Worker {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: "install" | "activate",
    on: (event: { waitUntil(done: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(
    type: "fetch",
    on: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
  addEventListener(type: "message", on: (event: { readonly data: unknown }) => void): void;
}

const worker = self as unknown as Worker;
// Both are filled in by the build.
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

const PREFIX = "shared-order-";
const NAME = PREFIX + __VERSION__;
const PAGE = "/";
const ASSETS = "/assets/";
const FILES = __FILES__;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: cachingOf(file) })))),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(removeOlder().then(() => worker.clients.claim()));
});

/** What the page has fetched of the version is not fetched twice: a name with a hash means one content. */
function cachingOf(file: string): RequestCache {
  return file.startsWith(ASSETS) ? "default" : "no-cache";
}

// A new version waits until the person asks for it.
worker.addEventListener("message", (event) => {
  if (event.data === "activate") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || isOfTheServer(pathname)) return;
  if (request.mode === "navigate") event.respondWith(answer(PAGE, request));
  else if (FILES.includes(pathname)) event.respondWith(answer(pathname, request));
  else if (pathname.startsWith(ASSETS)) event.respondWith(answerEarlier(request));
});

function isOfTheServer(path: string): boolean {
  return /^\/(api|ws|healthz|metrics|version\.json|worker\.js)(\/|$)/.test(path);
}

async function answer(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(request);
}

/** A page of the version before, in another tab, goes on until its person reloads it. */
async function answerEarlier(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** Lets go of all but this version and the one before, in the order in which they were made. */
async function removeOlder(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

export {};
