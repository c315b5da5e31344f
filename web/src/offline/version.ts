import { signal } from "@preact/signals";
import { loadAnew } from "./guard";

/** Which version of the application this page is, and whether there is a later one. */

/** ready: it is on this device. stale: the server is of another version, which this browser has not fetched. */
export type Later = "ready" | "stale" | null;

export const later = signal<Later>(null);

const HOUR_MS = 3_600_000;
const FETCH_PATIENCE_MS = 20_000;
let registration: ServiceWorkerRegistration | null = null;
/** Whether another tab of this browser went to a later version, whose worker answers here too. */
let isReplaced = false;

/** Installs the worker, and looks for a later version from time to time and whenever the network is back. */
export async function followVersion(): Promise<void> {
  // While developing, modules come one by one and nothing is built to be kept.
  if (import.meta.env.DEV) return;
  const look = () => void lookForLater();
  addEventListener("online", look);
  setInterval(look, HOUR_MS);
  if (navigator.serviceWorker) {
    followController(navigator.serviceWorker);
    registration = await navigator.serviceWorker.register("/worker.js").catch(() => null);
    if (registration) watch(registration);
  }
  look();
}

/** Goes to the later version: only ever because a person asked. What is unsent lies on the device meanwhile. */
export async function goToLater(): Promise<void> {
  if (registration && !isReplaced) {
    const next = await fetchLater(registration);
    if (next) {
      navigator.serviceWorker.addEventListener("controllerchange", () => loadAnew(), { once: true });
      next.postMessage("activate");
      return;
    }
    // A worker that cannot fetch its version whole must not keep this page in the old one for ever.
    if (await isServedOtherwise()) await registration.unregister().catch(() => false);
  }
  loadAnew();
}

/** The worker of the later version once all of its files are on this device; null where that does not happen. */
async function fetchLater(found: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  if (!found.waiting) await found.update().catch(() => undefined);
  const next = found.installing;
  if (next) {
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, FETCH_PATIENCE_MS);
      next.addEventListener("statechange", () => {
        clearTimeout(late);
        resolve();
      });
    });
  }
  return found.waiting;
}

/** Called when an order's connection comes back as well: a server that restarted may be a later one. */
export async function lookForLater(): Promise<void> {
  await registration?.update().catch(() => undefined);
  if ((await isServedOtherwise()) && later.value === null) later.value = "stale";
}

/** Whether the server answers, and serves another version than this page is. */
async function isServedOtherwise(): Promise<boolean> {
  const server = await fetch("/version.json", { cache: "no-store" })
    .then((answer) => answer.json() as Promise<{ version?: string }>)
    .catch(() => null);
  return server?.version !== undefined && server.version !== ownVersion();
}

/** Which version this page is; the build wrote it there. */
function ownVersion(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content;
}

function followController(container: ServiceWorkerContainer): void {
  // The first worker of a browser replaces nothing.
  let hasOne = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    // One that was cleared away is replaced by none.
    isReplaced = hasOne && container.controller !== null;
    if (isReplaced) later.value = "ready";
    hasOne = container.controller !== null;
  });
}

function watch(found: ServiceWorkerRegistration): void {
  const offer = (worker: ServiceWorker | null) => {
    // The first worker of a browser replaces nothing.
    if (!worker || !navigator.serviceWorker.controller) return;
    later.value = "ready";
  };
  offer(found.waiting);
  found.addEventListener("updatefound", () => {
    const next = found.installing;
    next?.addEventListener("statechange", () => {
      if (next.state === "installed") offer(next);
    });
  });
}
