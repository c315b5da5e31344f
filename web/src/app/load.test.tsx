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

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ id: String(from + at) }));
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

test("a list that is read anew comes as far as it had been read, and its reader keeps it in sight meanwhile", async () => {
  show("");
  await asked[0]?.answer({ items: rows(0, 50), next: "50" });
  await act(() => void list.more());
  await asked[1]?.answer({ items: rows(50, 100), next: "100" });
  await act(() => list.retry());
  await asked[2]?.answer({ items: [{ id: "new" }, ...rows(0, 49)], next: "49" });
  expect([list.items.length, list.items.at(-1)?.id, list.next]).toEqual([100, "99", "100"]);
  await asked[3]?.answer({ items: rows(49, 249), next: "249" });
  expect([asked[3]?.after, list.items.length, list.next, list.state]).toEqual(["49", 250, "249", "ready"]);
  expect([list.items[0]?.id, list.items.at(-1)?.id]).toEqual(["new", "248"]);
});

test("a list in which little is found any more is not read anew to the end of all there is", async () => {
  show("");
  await asked[0]?.answer({ items: rows(0, 50), next: "50" });
  await act(() => list.retry());
  await asked[1]?.answer({ items: [], next: "2000" });
  await asked[2]?.answer({ items: [], next: "4000" });
  await asked[3]?.answer({ items: [], next: "6000" });
  expect(seen()).toEqual(["", "ready", "6000"]);
  expect(asked).toHaveLength(4);
});

test("what changed while a list was being read is in it, though its page does not know of it yet", async () => {
  show("");
  await asked[0]?.answer(page("abc"));
  await act(() => list.retry());
  await act(() => list.change((items) => [{ id: "e" }, ...items.filter(({ id }) => id !== "b")]));
  await asked[1]?.answer(page("abce"));
  expect(seen()).toEqual(["eac", "ready", null]);
});

test("a list that could not be read anew is read by the button for more", async () => {
  show("");
  await asked[0]?.answer(page("abc", "c"));
  await act(() => list.retry());
  await asked[1]?.answer(null);
  expect(seen()).toEqual(["abc", "failed", "c"]);
  await act(() => void list.more());
  await asked[2]?.answer(page("abc", "c"));
  expect(seen()).toEqual(["abc", "ready", "c"]);
});
