// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stayConnected } from "./live";

/** A socket that the test plays the server of. */
class Line {
  static all: Line[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  isClosed = false;

  constructor() {
    Line.all.push(this);
  }

  /** As over a dead connection, nothing comes of it. */
  close(): void {
    this.isClosed = true;
  }
}

const last = () => Line.all.at(-1) as Line;
const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);
const alive = () => last().onmessage?.({ data: '{"type":"alive"}' });

let said: boolean[];
let news: string[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  vi.spyOn(Math, "random").mockReturnValue(1);
  Line.all = [];
  said = [];
  news = [];
  const listener = {
    onRow: () => news.push("row"),
    onStock: () => news.push("stock"),
    onReturn: () => news.push("return"),
  };
  stop = stayConnected(
    () => listener,
    (isStanding) => said.push(isStanding),
  );
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a socket that falls silent is given up: the list says so, comes back and asks what happened", () => {
  last().onopen?.();
  pass(29_000);
  last().onmessage?.({ data: '{"type":"stock"}' });
  pass(29_000);
  expect([said, news, last().isClosed]).toEqual([[true], ["stock"], false]);
  pass(1000);
  expect([said.at(-1), last().isClosed]).toEqual([false, true]);
  pass(1000);
  expect(Line.all).toHaveLength(2);
  last().onopen?.();
  expect([said.at(-1), news]).toEqual([true, ["stock", "return"]]);
});

test("one that has nothing to say but that it lives is not silent, and tells nothing", () => {
  last().onopen?.();
  for (let beat = 0; beat < 20; beat += 1) {
    pass(15_000);
    alive();
  }
  expect([Line.all.length, said, news]).toEqual([1, [true], []]);
});

test("what a socket that was given up still says is not heard, nor its end", () => {
  last().onopen?.();
  const [first] = Line.all;
  pass(31_000);
  expect(Line.all).toHaveLength(2);
  expect([first?.onmessage, first?.onclose, first?.onopen]).toEqual([null, null, null]);
});

test("one that does not open is given up too", () => {
  pass(30_000);
  expect([said, last().isClosed]).toEqual([[false], true]);
  pass(1000);
  expect(Line.all).toHaveLength(2);
});

test("a socket that ends is opened again at once without a word, and with one where that fails", () => {
  last().onopen?.();
  last().onclose?.();
  expect(said).toEqual([true]);
  pass(1000);
  last().onclose?.();
  expect(said).toEqual([true, false]);
  dispatchEvent(new Event("online"));
  expect(Line.all).toHaveLength(3);
  pass(10_000);
  expect(Line.all).toHaveLength(3);
});

test("a page that is left listens no more", () => {
  last().onopen?.();
  stop();
  expect([last().isClosed, last().onclose]).toEqual([true, null]);
  pass(300_000);
  dispatchEvent(new Event("online"));
  expect(Line.all).toHaveLength(1);
});
