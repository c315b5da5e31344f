// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Toasts } from "../design/Toast";
import { laterPart, whenKept } from "./later";

let page: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  page = document.createElement("div");
  document.body.append(page);
});

afterEach(() => {
  render(null, page);
  page.remove();
  vi.useRealTimers();
});

const Panel = ({ text }: { text: string }) => <p class="panel">{text}</p>;

test("parts are fetched once, when the worker is there or after a while without one", async () => {
  const work = vi.fn();
  let installed = () => {};
  const ready = new Promise<void>((resolve) => {
    installed = resolve;
  });
  vi.stubGlobal("navigator", { serviceWorker: { ready } });
  whenKept(work);
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).not.toHaveBeenCalled();
  installed();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(1);
  vi.stubGlobal("navigator", {});
  const stop = whenKept(work);
  whenKept(work);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});

test("a part that was fetched ahead stands at once", async () => {
  const load = vi.fn(async () => Panel);
  const Part = laterPart(load);
  Part.ahead();
  await vi.advanceTimersByTimeAsync(1);
  act(() => render(<Part text="la ligne 1" />, page));
  expect(page.textContent).toBe("la ligne 1");
  expect(load).toHaveBeenCalledTimes(1);
});

test("a part that cannot be fetched is asked for again, and the page around it stays", async () => {
  let isThere = false;
  const load = vi.fn(async () => {
    if (!isThere) throw new TypeError("Failed to fetch dynamically imported module");
    return Panel;
  });
  const Part = laterPart(load);
  const view = (
    <div>
      <h1>2026-0147</h1>
      <Part text="la ligne 1" />
      <Toasts />
    </div>
  );
  act(() => render(view, page));
  await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(3000);
  expect(page.querySelector("h1")).not.toBeNull();
  expect(page.querySelector(".panel")).toBeNull();
  expect(page.querySelectorAll(".toast")).toHaveLength(1);
  isThere = true;
  await vi.advanceTimersByTimeAsync(3000);
  expect(page.querySelector(".panel")?.textContent).toBe("la ligne 1");
  const asked = load.mock.calls.length;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(load).toHaveBeenCalledTimes(asked);
});
