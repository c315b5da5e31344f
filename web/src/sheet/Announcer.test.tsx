// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { language } from "../words/catalogue";
import { Announcer } from "./Announcer";
import { GridState } from "./cells/grid";
import { SheetContext } from "./context";
import { openSheet } from "./fixture";
import type { Sheet } from "./sheet";

let sheet: Sheet;
let grid: GridState;
let page: HTMLElement;

/** Something that comes from the server. */
function hear(cells: Readonly<Record<string, unknown>>): void {
  const there = new Y.Doc();
  Y.applyUpdate(there, Y.encodeStateAsUpdate(sheet.connection.doc));
  there.transact(() => {
    for (const [address, value] of Object.entries(cells)) {
      const [root = "", ...key] = address.split("/");
      there.getMap(root).set(key.join("/"), value);
    }
  });
  Y.applyUpdate(sheet.connection.doc, Y.encodeStateAsUpdate(there));
}

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

beforeEach(async () => {
  vi.useFakeTimers();
  language.value = "fr";
  page = document.createElement("div");
  sheet = openSheet();
  grid = new GridState(sheet);
  await act(() =>
    render(
      <SheetContext.Provider value={sheet}>
        <Announcer grid={grid} />
      </SheetContext.Provider>,
      page,
    ),
  );
});

afterEach(() => {
  render(null, page);
  sheet.destroy();
  sheet.connection.destroy();
  vi.useRealTimers();
});

test("what others change is told, and nobody is named where nobody is there", async () => {
  hear({ "client/lines/a/quantity": "5" });
  await pass(2000);
  expect(page.textContent).toBe("1 cellule a changé.");
});

test("neither the price that comes with a product nor a refused edit of one's own is told as a change", async () => {
  hear({ "record/products/c": { code: "C" }, "supplier/lines/c/unit_price": "4" });
  sheet.connection.refusals.value = [
    { id: "r", cell: "client/lines/a/quantity", code: "negative", message: "", tried: "-2", kept: "5" },
  ] as unknown as typeof sheet.connection.refusals.value;
  hear({ "client/lines/a/quantity": "5" });
  await pass(2000);
  expect(page.textContent).toBe("");
});

test("what one has just done is told for some seconds, or until the order stands otherwise", async () => {
  await act(() => {
    grid.said.value = "2 lignes ajoutées.";
  });
  expect(page.textContent).toBe("2 lignes ajoutées.");
  await pass(9000);
  expect(grid.said.value).toBe("");
  await act(() => {
    grid.said.value = "Copié.";
  });
  await act(() => hear({ "record/closing": { kind: "cancelled" } }));
  expect(grid.said.value).toBe("");
});
