// @vitest-environment happy-dom
import { render } from "preact";
import { describe, expect, test, vi } from "vitest";
import { language } from "../words/catalogue";
import { signature } from "./fixture";
import { SheetView } from "./SheetPage";
import { drawn, setStage } from "./stage";

describe("the sheet", () => {
  const stage = setStage();

  const show = async (role?: string) => {
    stage.open({ role, signatures: { client: signature("Anna") } });
    render(<SheetView sheet={stage.sheet} forget={async () => undefined} />, stage.page);
    await drawn();
  };
  const cell = (row: number, column: string) =>
    stage.page.querySelector<HTMLElement>(
      `[aria-rowindex="${row + 2}"] [data-column="${column}"]`,
    ) as HTMLElement;
  const press = async (key: string, more: KeyboardEventInit = {}) => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
    );
    await drawn();
  };
  const stand = async (row: number, column: string) => {
    cell(row, column).dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
    cell(row, column).focus();
    await drawn();
  };

  test("is a grid with as many rows as lines, heads and a row to add", async () => {
    await show();
    const grid = stage.page.querySelector('[role="grid"]');
    expect(grid?.getAttribute("aria-rowcount")).toBe("4");
    expect(stage.page.querySelectorAll('[role="rowheader"]')).toHaveLength(2);
    expect(stage.page.querySelectorAll('.grid-cell[tabindex="0"]')).toHaveLength(1);
    expect(stage.page.querySelector("[data-status]")?.getAttribute("data-status")).toBe("waiting");
    expect(stage.page.querySelector("[data-total]")?.textContent).toContain("206,96");
  });

  test("the freight is read as amounts are, and read back unchanged where nobody touched it", async () => {
    stage.open({ side: "supplier", supplier: { freight: "1234.5" } });
    render(<SheetView sheet={stage.sheet} forget={async () => undefined} />, stage.page);
    await drawn();
    const freight = stage.page.querySelector<HTMLInputElement>('[data-cell="freight"] input');
    expect(freight?.value).toBe("1\u00a0234,50\u00a0$");
    freight?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await drawn();
    expect(stage.sheet.document.content.supplier.get("freight")).toBe("1234.5");
    language.value = "en";
    await drawn();
    expect(stage.page.querySelector<HTMLInputElement>('[data-cell="freight"] input')?.value).toBe(
      "$1,234.50",
    );
  });

  const rebuiltAs = (held: Readonly<Record<string, unknown>>) => {
    vi.stubGlobal("fetch", async () => Response.json(held));
    stage.sheet.connection.status.value = { kind: "closed", code: 4405, ending: "epoch" };
  };
  const held = () => {
    const { client, supplier, comments, note } = stage.sheet.document.content;
    const [mine, theirs, said] = [client, supplier, comments].map((root) => Object.fromEntries(root));
    return { client: mine, supplier: theirs, comments: said, note };
  };

  test("only who has something unsent is told to copy it before he opens a rebuilt order again", async () => {
    await show();
    stage.sheet.connection.settle(stage.sheet.connection.edits.value.map(({ id }) => id));
    rebuiltAs(held());
    await drawn();
    expect(stage.page.querySelector("[data-ending=epoch]")?.textContent).not.toContain("Copi");
    stage.sheet.edit.set("lines/a/quantity", "5");
    await drawn();
    expect(stage.page.querySelector("[data-ending=epoch]")?.textContent).toContain(
      "Copiez ce qui n’était pas encore",
    );
    expect(stage.page.querySelector("[data-lost]")).not.toBeNull();
  });

  test("what was only assumed of an unsaved line is not taken for what the server has lost", async () => {
    await show();
    stage.sheet.connection.settle(stage.sheet.connection.edits.value.map(({ id }) => id));
    const standing = held();
    stage.sheet.edit.set("lines/n/product", "handle");
    stage.sheet.document.assume({ "supplier/lines/n/unit_price": "6.25" });
    rebuiltAs(standing);
    await vi.waitFor(() => expect(stage.page.querySelector("[data-lost]")).not.toBeNull());
    await drawn();
    const text = stage.page.querySelector("[data-ending=epoch]")?.textContent;
    expect(text).toContain("Copier 1 modification non enregistrée");
    expect(text).not.toContain("6,25");
  });

  test("of an order that was taken back to a backup, what was saved since is shown and may be copied", async () => {
    await show();
    const address = (cells: object) =>
      stage.sheet.connection.doc.getMap("client").set("delivery_address", cells);
    stage.sheet.connection.doc.transact(() => address({ city: "Laval", region: "QC" }), "peer");
    const saved = held();
    address({ region: "QC", city: "Laval" });
    stage.sheet.connection.settle(stage.sheet.connection.edits.value.map(({ id }) => id));
    rebuiltAs({ ...saved, client: { ...saved.client, "lines/a/quantity": "4" }, note: "Avant" });
    await vi.waitFor(() => expect(stage.page.querySelector("[data-lost]")).not.toBeNull());
    expect(stage.page.querySelector("[data-lost]")?.textContent).toBe("1. Charnière\u00a0· Quantité\t12");
    expect(stage.page.querySelector("[data-ending=epoch]")?.textContent).toContain(
      "Copier ce que le serveur n’a pas",
    );
  });

  test("undo that takes the line of the cursor away leaves the keyboard in the grid, and may be undone", async () => {
    stage.open({ state: "draft" });
    render(<SheetView sheet={stage.sheet} forget={async () => undefined} />, stage.page);
    await drawn();
    stage.sheet.edit.addLines([{ product: "p1" }, { product: "p1" }]);
    await drawn();
    await stand(3, "quantity");
    await press("z", { ctrlKey: true });
    expect(stage.sheet.lines.value).toEqual(["a", "b"]);
    expect(document.activeElement?.classList).toContain("grid-add-button");
    await press("z", { ctrlKey: true, shiftKey: true });
    expect(stage.sheet.lines.value).toHaveLength(4);
  });

  test("the cursor stays on its line when another puts one above it, before a key could go elsewhere", async () => {
    await show();
    await stand(1, "quantity");
    const held = () => {
      const cell = document.activeElement?.closest("[data-column]");
      return [cell?.closest("[data-line]")?.getAttribute("data-line"), cell?.getAttribute("data-column")];
    };
    expect(held()).toEqual(["b", "quantity"]);
    const { doc } = stage.sheet.connection;
    doc.transact(() => {
      doc.getMap("client").set("lines/n/position", "0");
      doc.getMap("client").set("lines/n/product", "p1");
    }, "peer");
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Delete", bubbles: true }));
    await drawn();
    const { client } = stage.sheet.document.content;
    expect(stage.sheet.lines.value).toEqual(["n", "a", "b"]);
    expect([client.has("lines/a/quantity"), client.has("lines/b/quantity")]).toEqual([true, false]);
    expect(held()).toEqual(["b", "quantity"]);
  });

  test("typing replaces, Enter takes it and goes down", async () => {
    await show();
    await stand(0, "quantity");
    await press("5");
    const input = stage.page.querySelector<HTMLInputElement>(".cell-input") as HTMLInputElement;
    expect(document.activeElement).toBe(input);
    input.value = "55";
    await press("Enter");
    expect(stage.sheet.document.content.client.get("lines/a/quantity")).toBe("55");
    expect(document.activeElement).toBe(cell(1, "quantity"));
    expect(stage.page.querySelector("[data-status]")?.getAttribute("data-status")).toBe("changed");
  });

  test("is named in the browser’s title by its number", async () => {
    await show();
    expect(document.title).toBe("2026-0147 · Commande partagée");
  });

  test("Ctrl + Enter goes past all the cells to what one does with the order", async () => {
    await show();
    await stand(0, "quantity");
    await press("Enter", { ctrlKey: true });
    expect(document.activeElement?.closest(".actions-buttons")).not.toBeNull();
  });

  test("the focus goes once, straight to where the cursor goes, and stays with it while a range grows", async () => {
    await show();
    await stand(0, "quantity");
    await press("5");
    const been: unknown[] = [];
    stage.page.addEventListener("focusin", ({ target }) => been.push(target));
    await press("Enter");
    expect(been).toEqual([cell(1, "quantity")]);
    await press("ArrowUp", { shiftKey: true });
    expect(been).toHaveLength(1);
    expect(document.activeElement).toBe(cell(1, "quantity"));
    expect(stage.page.querySelectorAll('.grid-cell[tabindex="0"]')).toHaveLength(1);
    expect(cell(1, "quantity").tabIndex).toBe(0);
    await press("F2");
    const input = document.activeElement as HTMLInputElement;
    expect([input.selectionStart, input.selectionEnd]).toEqual([input.value.length, input.value.length]);
    await press("Escape");
    expect(been.at(-1)).toBe(cell(1, "quantity"));
  });

  test("a move draws the cell that is left and the one that is come to, and no other", async () => {
    await show();
    await stand(0, "quantity");
    const asked = vi.spyOn(stage.sheet, "mayWrite"); // as every cell does that is drawn
    await press("ArrowDown");
    expect(document.activeElement).toBe(cell(1, "quantity"));
    const cells = new Set(asked.mock.calls.map(([key]) => key).filter((key) => key !== "lines/new/product"));
    expect([...cells].sort()).toEqual(["lines/a/quantity", "lines/b/quantity"]);
    asked.mockRestore();
  });

  test("the row that adds is one cell, out of which Tab leads either way", async () => {
    await show();
    const taken = async (key: string, shiftKey = false) => {
      const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
      await drawn();
      return event.defaultPrevented;
    };
    const add = stage.page.querySelector<HTMLElement>(".grid-add-button") as HTMLElement;
    await stand(0, "quantity");
    await press("ArrowDown");
    await press("ArrowDown");
    expect(document.activeElement).toBe(add);
    await press("ArrowRight");
    expect(document.activeElement).toBe(add);
    expect([await taken("Tab"), document.activeElement]).toEqual([false, add]);
    expect([await taken("Tab", true), document.activeElement]).toEqual([true, cell(1, "total")]);
    await press("Tab");
    expect(document.activeElement).toBe(add);
  });

  test("Escape leaves the value alone, and what is not understood stays in the cell with a reason", async () => {
    await show();
    await stand(0, "quantity");
    await press("F2");
    const input = stage.page.querySelector<HTMLInputElement>(".cell-input") as HTMLInputElement;
    expect(input.value).toBe("12");
    input.value = "douze";
    await press("Tab");
    expect(stage.page.querySelector(".fault")?.textContent).toContain("Écrivez un nombre");
    await press("Escape");
    expect(stage.page.querySelector(".cell-input")).toBeNull();
    expect(stage.sheet.document.content.client.get("lines/a/quantity")).toBe("12");
  });

  test("an offer is struck, drawn and told; it is undone by nobody but its author", async () => {
    await show();
    stage.sheet.connection.doc.transact(
      () => stage.sheet.connection.doc.getMap("supplier").set("lines/a/quantity", "8"),
      "peer",
    );
    await drawn();
    const text = cell(0, "quantity").textContent ?? "";
    expect(text).toContain("12 →8▲");
    expect(text).toContain("demandé 12, offert 8");
    await stand(0, "quantity");
    await press("z", { ctrlKey: true });
    expect(stage.sheet.document.content.supplier.get("lines/a/quantity")).toBe("8");
  });

  test("a cell of the other company does not open, and says why", async () => {
    await show();
    await stand(0, "price");
    await press("9");
    expect(stage.page.querySelector(".cell-input")).toBeNull();
    expect(stage.page.querySelector(".cell-bar")?.textContent).toContain("appartient à l’autre entreprise");
    expect(cell(0, "price").getAttribute("aria-readonly")).toBe("true");
  });

  test("a reader may write nothing and sign nothing", async () => {
    await show("viewer");
    expect(cell(0, "quantity").getAttribute("aria-readonly")).toBe("true");
    expect(stage.page.querySelector(".grid-add")).toBeNull();
    expect(stage.page.querySelector('[data-action="send"]')).toBeNull();
  });

  test("Delete clears what one may write of a range", async () => {
    await show();
    await stand(0, "quantity");
    await press("ArrowDown", { shiftKey: true });
    await press("Delete");
    expect(stage.sheet.document.content.client.has("lines/a/quantity")).toBe(false);
    expect(stage.sheet.document.content.client.has("lines/b/quantity")).toBe(false);
    await press("z", { ctrlKey: true });
    expect(stage.sheet.document.content.client.get("lines/b/quantity")).toBe("3");
  });

  test("a button that is no more leaves the focus to what it was about", async () => {
    await show();
    stage.sheet.edit.set("lines/a/quantity", "13");
    await drawn();
    stage.page.querySelector<HTMLElement>('[data-action="send"]')?.focus();
    stage.sheet.edit.set("lines/a/quantity", "12");
    await drawn();
    expect(stage.page.querySelector('[data-action="send"]')).toBeNull();
    expect(document.activeElement).toBe(stage.page.querySelector(".actions-text"));
  });

  test("a refusal that is dismissed leaves the focus to the next, and the last one to the lines", async () => {
    await show();
    stage.sheet.connection.refusals.value = ["a", "b"].map((line) => ({
      id: line,
      cell: `client/lines/${line}/quantity`,
      code: "negative",
      message: "Non.",
      tried: "-2",
      kept: "3",
    }));
    await drawn();
    const dismissals = () => [...stage.page.querySelectorAll<HTMLElement>("[data-dismiss]")];
    const [first, second] = dismissals();
    first?.focus();
    first?.click();
    await drawn();
    expect(dismissals()).toEqual([second]);
    expect(document.activeElement).toBe(second);
    second?.click();
    await drawn();
    expect(document.activeElement).toBe(cell(0, "line"));
  });
});
