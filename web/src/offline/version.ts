import { signal } from "@preact/signals";

/** Which version of the application this page is, and whether there is a later one. */

declare const __VERSION__: string;

/** ready: it is on this device. stale: the server is of another version, which this browser has not fetched. */
export type Later = "ready" | "stale" | null;

export const later = signal<Later>(null);

const HOUR_MS = 3_600_000;
let waiting: ServiceWorker | null = null;
let registration: ServiceWorkerRegistration | null = null;

/** Installs the worker, and looks for a later version from time to time and whenever the network is back. */
export async function followVersion(): Promise<void> {
  // While developing, modules come one by one and nothing is built to be kept.
  if (import.meta.env.DEV) return;
  const look = () => void lookForLater();
  addEventListener("online", look);
  setInterval(look, HOUR_MS);
  if (navigator.serviceWorker) {
    registration = await navigator.serviceWorker.register("/worker.js").catch(() => null);
    if (registration) watch(registration);
  }
  look();
}

/** Goes to the later version: only ever because a person asked. */
export function goToLater(): void {
  if (!waiting) {
    location.reload();
    return;
  }
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("activate");
}

/** Called when an order's connection comes back as well: a server that restarted may be a later one. */
export async function lookForLater(): Promise<void> {
  await registration?.update().catch(() => undefined);
  const server = await fetch("/version.json", { cache: "no-store" })
    .then((answer) => answer.json() as Promise<{ version?: string }>)
    .catch(() => null);
  if (server?.version && server.version !== __VERSION__ && later.value === null) later.value = "stale";
}

function watch(found: ServiceWorkerRegistration): void {
  const offer = (worker: ServiceWorker | null) => {
    // The first worker of a browser replaces nothing.
    if (!worker || !navigator.serviceWorker.controller) return;
    waiting = worker;
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
