// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Page } from "../api/shapes";
import { useList } from "./load";

interface Row {
  readonly id: string;
}

let place: HTMLElement;
let list: ReturnType<typeof useList<Row>>;
let asked: { readonly after: string | null; readonly answer: (page: Page<Row> | null) => Promise<void> }[];

function Listed({ q }: { q: string }) {
  list = useList<Row>("/api/things", { q });
  return null;
}

const page = (ids: string, next: string | null = null) => ({ items: [...ids].map((id) => ({ id })), next });
const show = (q: string) => act(() => render(<Listed q={q} />, place));
const seen = () => [list.items.map(({ id }) => id).join(""), list.state, list.next];

/** A server that answers when the test wants; null: with a failure. */
beforeEach(() => {
  place = document.createElement("div");
  asked = [];
  vi.stubGlobal("fetch", (path: string, { signal }: { signal?: AbortSignal } = {}) => {
    return new Promise<Response>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("gone", "AbortError")));
      const after = new URL(path, "http://x").searchParams.get("after");
      const answer = (found: Page<Row> | null) =>
        act(async () => {
          resolve(found ? Response.json(found) : Response.json({ code: "unavailable" }, { status: 503 }));
          await new Promise((done) => setTimeout(done));
        });
      asked.push({ after, answer });
    });
  });
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

test("the rest of a list goes on after it, each item once though it was changed meanwhile", async () => {
  show("");
  await asked[0]?.answer(page("abc", "c"));
  await act(() => void list.more());
  await act(() => list.change((items) => [{ id: "e" }, ...items]));
  await asked[1]?.answer(page("def"));
  expect([asked[1]?.after, seen()]).toEqual(["c", ["eabcdf", "ready", null]]);
});

test.each([page("def", "f"), null])(
  "the rest of a list that was read anew meanwhile is let go: %o",
  async (rest) => {
    show("");
    await asked[0]?.answer(page("abc", "c"));
    await act(() => void list.more());
    await act(() => list.retry());
    await asked[2]?.answer(page("dab", "b"));
    await asked[1]?.answer(rest);
    expect(seen()).toEqual(["dab", "ready", "b"]);
  },
);

test("a list that is being read anew is not said to be read because its rest failed", async () => {
  show("");
  await asked[0]?.answer(page("abc", "c"));
  await act(() => void list.more());
  show("other");
  await asked[1]?.answer(null);
  expect(seen()).toEqual(["abc", "loading", "c"]);
});
