// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BehindFrame } from "./behindFrame";

let behindFrame: BehindFrame;
let done: string[];
const work = (name: string) => async () => void done.push(name);

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame"],
  });
  behindFrame = new BehindFrame();
  done = [];
});

afterEach(() => {
  behindFrame.close();
  vi.useRealTimers();
});

test("what is given waits for the frame and what is drawn in it, and is then done in order", () => {
  void behindFrame.add(work("one"));
  void behindFrame.add(work("two"));
  requestAnimationFrame(() => done.push("drawn"));
  vi.advanceTimersToNextFrame();
  vi.runAllTimers();
  expect(done).toEqual(["drawn", "one", "two"]);
});

test("where no frame comes, it is done after a while", () => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  void behindFrame.add(work("one"));
  vi.runAllTimers();
  expect(done).toEqual(["one"]);
  vi.unstubAllGlobals();
});

test.each([
  ["pagehide", () => dispatchEvent(new Event("pagehide"))],
  ["the page is no longer seen", () => document.dispatchEvent(new Event("visibilitychange"))],
  ["it is closed", () => behindFrame.close()],
])("all is done at once when %s", (_when, happens) => {
  void behindFrame.add(work("one"));
  void behindFrame.add(work("two"));
  expect(done).toEqual([]);
  happens();
  expect(done).toEqual(["one", "two"]);
  vi.runAllTimers();
  expect(done).toEqual(["one", "two"]);
});

test("a page that is not seen waits for nothing", () => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  void behindFrame.add(work("one"));
  expect(done).toEqual(["one"]);
});

test("what the work gives, and why it fails, is told to who gave it", async () => {
  const given = behindFrame.add(async () => 5);
  const failed = behindFrame.add(() => Promise.reject(new Error("full")));
  behindFrame.now();
  expect(await given).toBe(5);
  await expect(failed).rejects.toThrow("full");
});
