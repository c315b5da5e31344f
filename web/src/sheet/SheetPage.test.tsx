import { render } from "preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import policy from "../../../schema/policy.csv?raw";
import { rowsOf } from "../order/csv";
import { contentOf } from "../order/order";
import { canonicalJson, digest, termsOf } from "../order/terms";
import { OrderConnection } from "../sync/connection";
import { language } from "../words/catalogue";
import { SheetView } from "./SheetPage";
import { Sheet } from "./sheet";

const HINGE = {
  code: "CH-110",
  name_fr: "Charnière",
  name_en: "Hinge",
  unit: "pair",
  sizing: "none",
  tax_class: "standard",
};
const CLIENT = {
  "lines/a/product": "p1",
  "lines/a/position": "1",
  "lines/a/quantity": "12",
  "lines/b/product": "p1",
  "lines/b/position": "2",
  "lines/b/quantity": "3",
};
const SUPPLIER = { "lines/a/unit_price": "10", "lines/b/unit_price": "20" };
const RECORD = {
  epoch: "e1",
  number: "2026-0147",
  made_by: "client",
  made_at: "2026-11-20T14:00:00Z",
  currency: "CAD",
  "parties/client": { id: "c", name: "Cuisines Laurier", region: "QC" },
  "parties/supplier": { id: "s", name: "Ébénisterie Boréale", region: "QC" },
  "products/a": HINGE,
  "products/b": HINGE,
};

/** Anna's sheet of an order that she has signed, without a network. */
function openSheet(role = "client"): Sheet {
  const connection = new OrderConnection({ orderId: "o1", url: "ws://example.test/ws/orders", now: () => 0 });
  const terms = canonicalJson(termsOf(contentOf({ client: CLIENT, supplier: SUPPLIER, record: RECORD })));
  const roots = {
    client: CLIENT,
    supplier: SUPPLIER,
    record: {
      ...RECORD,
      "signatures/client": { digest: digest(terms), terms, name: "Anna", at: "2026-11-20", count: "1" },
    },
  };
  connection.doc.transact(() => {
    for (const [root, cells] of Object.entries(roots)) {
      for (const [key, value] of Object.entries(cells)) connection.doc.getMap(root).set(key, value);
    }
  });
  const rights = Object.fromEntries(
    rowsOf(policy).map((row) => [row.field, row[`${role}_open`] ?? ""]),
  ) as Record<string, string>;
  connection.hello.value = {
    type: "hello",
    user: { id: "anna", name: "Anna" },
    side: "client",
    role,
    state: "open",
    epoch: "e1",
    rights,
  };
  connection.rights.value = rights;
  return new Sheet(connection);
}

const drawn = () => new Promise((resolve) => setTimeout(resolve));

describe("the sheet", () => {
  let sheet: Sheet;
  let page: HTMLElement;

  const show = async (role?: string) => {
    sheet = openSheet(role);
    render(<SheetView sheet={sheet} forget={async () => undefined} />, page);
    await drawn();
  };
  const cell = (row: number, column: string) =>
    page.querySelector<HTMLElement>(`[aria-rowindex="${row + 2}"] [data-column="${column}"]`) as HTMLElement;
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

  beforeEach(() => {
    vi.stubGlobal("fetch", async () => Response.json({ items: [], next: null }));
    language.value = "fr";
    page = document.createElement("div");
    document.body.append(page);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    render(null, page);
    page.remove();
    sheet.destroy();
    sheet.connection.destroy();
  });

  test("is a grid with as many rows as lines, heads and a row to add", async () => {
    await show();
    const grid = page.querySelector('[role="grid"]');
    expect(grid?.getAttribute("aria-rowcount")).toBe("4");
    expect(page.querySelectorAll('[role="rowheader"]')).toHaveLength(2);
    expect(page.querySelectorAll('.grid-cell[tabindex="0"]')).toHaveLength(1);
    expect(page.querySelector("[data-status]")?.getAttribute("data-status")).toBe("waiting");
    expect(page.querySelector("[data-total]")?.textContent).toContain("206,96");
  });

  test("typing replaces, Enter takes it and goes down", async () => {
    await show();
    await stand(0, "quantity");
    await press("5");
    const input = page.querySelector<HTMLInputElement>(".cell-input") as HTMLInputElement;
    expect(document.activeElement).toBe(input);
    input.value = "55";
    await press("Enter");
    expect(sheet.document.content.client.get("lines/a/quantity")).toBe("55");
    expect(document.activeElement).toBe(cell(1, "quantity"));
    expect(page.querySelector("[data-status]")?.getAttribute("data-status")).toBe("changed");
  });

  test("Escape leaves the value alone, and what is not understood stays in the cell with a reason", async () => {
    await show();
    await stand(0, "quantity");
    await press("F2");
    const input = page.querySelector<HTMLInputElement>(".cell-input") as HTMLInputElement;
    expect(input.value).toBe("12");
    input.value = "douze";
    await press("Tab");
    expect(page.querySelector(".fault")?.textContent).toContain("Entrez un nombre");
    await press("Escape");
    expect(page.querySelector(".cell-input")).toBeNull();
    expect(sheet.document.content.client.get("lines/a/quantity")).toBe("12");
  });

  test("an offer is struck, drawn and told; it is undone by nobody but its author", async () => {
    await show();
    sheet.connection.doc.transact(
      () => sheet.connection.doc.getMap("supplier").set("lines/a/quantity", "8"),
      "peer",
    );
    await drawn();
    const text = cell(0, "quantity").textContent ?? "";
    expect(text).toContain("12 →8▲");
    expect(text).toContain("demandé 12, offert 8");
    await stand(0, "quantity");
    await press("z", { ctrlKey: true });
    expect(sheet.document.content.supplier.get("lines/a/quantity")).toBe("8");
  });

  test("a cell of the other company does not open, and says why", async () => {
    await show();
    await stand(0, "price");
    await press("9");
    expect(page.querySelector(".cell-input")).toBeNull();
    expect(page.querySelector(".cell-bar")?.textContent).toContain("appartient à l’autre entreprise");
    expect(cell(0, "price").getAttribute("aria-readonly")).toBe("true");
  });

  test("a reader may write nothing and sign nothing", async () => {
    await show("viewer");
    expect(cell(0, "quantity").getAttribute("aria-readonly")).toBe("true");
    expect(page.querySelector(".grid-add")).toBeNull();
    expect(page.querySelector('[data-action="send"]')).toBeNull();
  });

  test("Delete clears what one may write of a range", async () => {
    await show();
    await stand(0, "quantity");
    await press("ArrowDown", { shiftKey: true });
    await press("Delete");
    expect(sheet.document.content.client.has("lines/a/quantity")).toBe(false);
    expect(sheet.document.content.client.has("lines/b/quantity")).toBe(false);
    await press("z", { ctrlKey: true });
    expect(sheet.document.content.client.get("lines/b/quantity")).toBe("3");
  });
});
