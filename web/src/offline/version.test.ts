// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** A browser with a worker, and a server that says which version it is of. */
interface Setting {
  readonly server: string;
  readonly controlled: boolean;
}

class FakeWorker extends EventTarget {
  state = "installing";
  readonly asked: unknown[] = [];

  postMessage(message: unknown): void {
    this.asked.push(message);
  }

  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

class FakeRegistration extends EventTarget {
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
  update = async () => undefined;

  unregister = vi.fn(async () => true);

  find(worker: FakeWorker): void {
    this.installing = worker;
    worker.addEventListener("statechange", () => {
      this.installing = null;
      this.waiting = worker.state === "installed" ? worker : null;
    });
    this.dispatchEvent(new Event("updatefound"));
  }
}

let registration: FakeRegistration;
let container: EventTarget & { register?: unknown; controller?: unknown };
const reload = vi.fn();

async function started({ server, controlled }: Setting) {
  vi.resetModules();
  vi.stubEnv("DEV", false);
  document.head.innerHTML = '<meta name="version" content="v1" />';
  vi.stubGlobal("fetch", async () => Response.json({ version: server }));
  vi.stubGlobal("location", { reload });
  reload.mockReset();
  registration = new FakeRegistration();
  container = new EventTarget();
  container.register = async () => registration;
  container.controller = controlled ? {} : null;
  Object.defineProperty(navigator, "serviceWorker", { value: container, configurable: true });
  const version = await import("./version");
  await version.followVersion();
  await version.lookForLater();
  return version;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  Reflect.deleteProperty(navigator, "serviceWorker");
});

test("a page of the server's own version has nothing to say", async () => {
  expect((await started({ server: "v1", controlled: true })).later.value).toBeNull();
});

test("a page of another version than the server's says so", async () => {
  expect((await started({ server: "v2", controlled: true })).later.value).toBe("stale");
});

test("a later version that is on the device is offered, and waits until it is asked for", async () => {
  const { later, goToLater } = await started({ server: "v1", controlled: true });
  const next = new FakeWorker();
  registration.find(next);
  expect(later.value).toBeNull();
  next.become("installed");
  expect([later.value, next.asked]).toEqual(["ready", []]);
  await goToLater();
  expect([next.asked, reload.mock.calls.length]).toEqual([["activate"], 0]);
  container.dispatchEvent(new Event("controllerchange"));
  expect(reload).toHaveBeenCalledOnce();
});

test("a page whose browser another tab took to a later version says so, and only reloads when asked", async () => {
  const { later, goToLater } = await started({ server: "v1", controlled: true });
  container.dispatchEvent(new Event("controllerchange"));
  expect([later.value, reload.mock.calls.length]).toEqual(["ready", 0]);
  await goToLater();
  expect(reload).toHaveBeenCalledOnce();
  expect(registration.unregister).not.toHaveBeenCalled();
});

test("a worker that cannot fetch the later version is let go, but never while the server does not answer", async () => {
  const { goToLater } = await started({ server: "v2", controlled: true });
  await goToLater();
  expect([registration.unregister.mock.calls.length, reload.mock.calls.length]).toEqual([1, 1]);
  registration.unregister.mockClear();
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("no network")));
  await goToLater();
  expect(registration.unregister).not.toHaveBeenCalled();
});

test("the first version of a browser replaces nothing", async () => {
  const { later } = await started({ server: "v1", controlled: false });
  const first = new FakeWorker();
  registration.find(first);
  first.become("installed");
  expect(later.value).toBeNull();
});
