// @vitest-environment happy-dom
import axe from "axe-core";
import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Me } from "../api/shapes";
import { signedIn } from "../app/session";
import { Bots } from "../bots/BotsPage";
import type { BotSettings } from "../bots/settings";
import { room } from "../offline/device";
import { isGuarded, loadAnew } from "../offline/guard";
import { StockBook } from "./book";
import { keeperOf } from "./kept";
import { after, change, keyOf, type Level, type Values, type Wanted } from "./level";
import { Stock } from "./StockPage";

const sophie: Me = {
  user: { id: "sophie", name: "Sophie", email: "sophie@boreale.example", language: "fr", has_password: true },
  company: { id: "boreale", name: "Ébénisterie Boréale", supplies: true, buys: false },
  role: "manager",
  shows_mails: false,
};
const handle: Level = {
  product_id: "p",
  code: "PG-300",
  name_fr: "Poignée",
  name_en: "Handle",
  unit: "each",
  decimals: 0,
  point: "",
  variant: "",
  on_hand: "20",
  arrivals: [{ quantity: "6", date: "2027-01-03" }],
  reserved: "6",
  asked: "30",
  free: "14",
};
const settings: BotSettings = {
  mode: "send_within_tolerance",
  tolerance_percent: "10",
  tolerance_days: 5,
  dry_run: false,
  reminder_days: 3,
  paused: true,
};

/** The line on which the server tells what others change. */
class Line {
  static last: Line | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    Line.last = this;
  }
  close() {}
}

let root: HTMLElement;
let asked: string[];
let puts: { rows: unknown[]; key: string }[];
let levels: Level[];
/** What somebody else set before the next rows arrived. */
let answers: Values[];

beforeEach(() => {
  localStorage.clear();
  puts = [];
  asked = [];
  answers = [];
  vi.stubGlobal("WebSocket", Line);
  levels = [handle, { ...handle, code: "CH-400", product_id: "q", asked: "0" }];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method === "PUT") {
      const { rows } = JSON.parse(String(init.body));
      puts.push({ rows, key: (init.headers as Record<string, string>)["Idempotency-Key"] ?? "" });
      const present = answers.shift();
      const set = present ? [] : (rows as Wanted[]);
      levels = levels.map((level) =>
        after(
          level,
          set.find((one) => keyOf(one) === keyOf(level)),
        ),
      );
      const told = { row: 0, field: "on_hand", code: "changed_since", message: "A changé.", present };
      return Response.json({ kept: rows.length, errors: present ? [told] : [] });
    }
    asked.push(path);
    const pages: Record<string, unknown> = {
      "/api/stock": { items: levels, next: null },
      "/api/bots": settings,
    };
    const known = pages[path.replace(/\?.*/, "")];
    return Response.json(known ?? { code: "not_found", detail: "" }, { status: known ? 200 : 404 });
  });
  document.body.innerHTML = "<main id='app'></main>";
  root = document.getElementById("app") as HTMLElement;
  signedIn(sophie);
});

afterEach(() => act(() => render(null, root)));

async function show(Page: () => preact.JSX.Element, until: string): Promise<void> {
  await act(async () =>
    render(
      <LocationProvider>
        <Page />
      </LocationProvider>,
      root,
    ),
  );
  await vi.waitFor(() => expect(root.querySelector(until)).not.toBeNull());
}

async function faultsOf(node: HTMLElement): Promise<string[]> {
  const found = await axe.run(node, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const cell = (row: number, column: string) =>
  root.querySelector<HTMLElement>(`[aria-rowindex="${row + 2}"] [data-column="${column}"]`) as HTMLElement;

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(async () => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
    );
  });
}

async function type(row: number, column: string, text: string): Promise<void> {
  await act(async () => {
    cell(row, column).dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
    cell(row, column).focus();
  });
  await press(text.charAt(0));
  const input = root.querySelector<HTMLInputElement>(".cell-input") as HTMLInputElement;
  input.value = text;
  await press("Enter");
}

const plain = (text: string | null | undefined) => text?.replace(/[\u00a0\u202f]/g, " ");

test("the grid tells what there is, what is promised, what is wanted and what is coming", async () => {
  await show(Stock, "[role=grid]");
  expect(cell(0, "product").textContent).toBe("PoignéePG-300");
  expect([cell(0, "on_hand").textContent, cell(0, "reserved").textContent]).toEqual(["20", "6"]);
  expect(cell(0, "free").textContent).toContain("30 demandés");
  expect(plain(cell(0, "arrivals").textContent)).toContain("6 le 3 janv. 2027");
  expect(await faultsOf(root)).toEqual([]);
});

test("what is typed is sent with a key of its own, and Ctrl+Z sends what stood before", async () => {
  await show(Stock, "[role=grid]");
  await type(0, "on_hand", "4");
  expect(cell(1, "on_hand")).toBe(document.activeElement);
  await vi.waitFor(() => expect(puts).toHaveLength(1));
  expect(puts[0]?.rows).toEqual([
    { product_id: "p", point: "", variant: "", on_hand: "4", seen: { on_hand: "20" } },
  ]);
  await vi.waitFor(() => expect(root.querySelector("[data-saved=saved]")).not.toBeNull());
  await press("z", { ctrlKey: true });
  await vi.waitFor(() => expect(puts).toHaveLength(2));
  expect(puts[1]?.rows[0]).toMatchObject({ on_hand: "20", seen: { on_hand: "4" } });
  expect(new Set(puts.map(({ key }) => key)).size).toBe(2);
});

test("what somebody else set meanwhile is shown beside one's own, and one of the two is chosen", async () => {
  await show(Stock, "[role=grid]");
  answers = [{ on_hand: "8", arrivals: [] }];
  await type(0, "on_hand", "12");
  await vi.waitFor(() => expect(root.querySelector("[data-saved=refused]")).not.toBeNull());
  expect(cell(0, "on_hand").textContent).toBe("12entre-temps\u00a0: 8");
  await act(async () => (root.querySelector(".stock-saved button") as HTMLElement).click());
  expect(root.querySelector(".stock-hint")?.textContent).toContain(
    "Quelqu’un d’autre a mis 8 entre-temps; vous, 12.",
  );
  expect(await faultsOf(root)).toEqual([]);
  const [theirs, mine] = root.querySelectorAll<HTMLElement>(".stock-conflict button");
  await act(async () => mine?.click());
  await vi.waitFor(() => expect(puts).toHaveLength(2));
  expect(puts[1]?.rows[0]).toMatchObject({ on_hand: "12", seen: { on_hand: "8" } });
  expect(theirs?.textContent).toBe("Garder l’autre valeur");
});

test("who keeps what somebody else set sees it at once and sends nothing more", async () => {
  await show(Stock, "[role=grid]");
  answers = [{ on_hand: "8", arrivals: [] }];
  await type(0, "on_hand", "12");
  await vi.waitFor(() => expect(root.querySelector("[data-saved=refused]")).not.toBeNull());
  await act(async () => (root.querySelector(".stock-saved button") as HTMLElement).click());
  levels = levels.map((level) => (level === handle ? { ...handle, on_hand: "8" } : level));
  await act(async () => root.querySelector<HTMLElement>(".stock-conflict button")?.click());
  expect(cell(0, "on_hand").textContent).toBe("8");
  expect(root.querySelector("[data-saved=saved]")).not.toBeNull();
  expect(puts).toHaveLength(1);
});

test("what is not understood stays in the cell with what to do", async () => {
  await show(Stock, "[role=grid]");
  await type(0, "arrivals", "bientôt");
  expect(root.querySelector(".fault")?.textContent).toContain("Écrivez une quantité et un jour");
  expect(await faultsOf(root)).toEqual([]);
  await press("Escape");
  expect(plain(cell(0, "arrivals").textContent)).toContain("6 le 3 janv. 2027");
  expect(puts).toEqual([]);
});

const hear = (notice: object) => act(async () => Line.last?.onmessage?.({ data: JSON.stringify(notice) }));

test.each([{ type: "stock" }, { type: "row", row: { id: "o1" } }])(
  "what others change is seen without leaving the page, and the cursor stays at its level: %o",
  async (notice) => {
    await show(Stock, "[role=grid]");
    await act(async () => {
      cell(1, "on_hand").dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
      cell(1, "on_hand").focus();
    });
    levels = [{ ...handle, code: "AA-100", product_id: "a" }, ...levels];
    await hear(notice);
    await vi.waitFor(() => expect(root.querySelector(".stock-grid")?.textContent).toContain("AA-100"));
    await vi.waitFor(() => expect(cell(2, "on_hand").classList).toContain("is-active"));
    expect(cell(2, "product").textContent).toContain("CH-400");
  },
);

test("a stock that hears nothing of what others change says so", async () => {
  await show(Stock, "[role=grid]");
  const first = Line.last;
  await act(async () => first?.onclose?.());
  expect(root.querySelector(".list-paused")).toBeNull();
  await vi.waitFor(() => expect(Line.last).not.toBe(first), { timeout: 10_000 }); // it waits a little first
  await act(async () => Line.last?.onclose?.());
  expect(root.querySelector(".list-paused")?.textContent).toContain("Liste figée");
  expect(await faultsOf(root)).toEqual([]);
});

test("only what is short is asked for when one wants no more", async () => {
  await show(Stock, "[role=grid]");
  const box = root.querySelector<HTMLInputElement>(".listing-tools [type=checkbox]") as HTMLInputElement;
  levels = [];
  await act(async () => box.click());
  await vi.waitFor(() => expect(root.querySelector("h2")?.textContent).toContain("Rien ne manque"));
  expect(asked.at(-1)).toContain("short=true");
  levels = [handle];
  await act(async () => root.querySelector<HTMLElement>(".empty .button")?.click());
  await vi.waitFor(() => expect(root.querySelector("[role=grid]")).not.toBeNull());
  expect(box.checked).toBe(false);
  expect(asked.at(-1)).not.toContain("short");
});

test("a quantity says what it counts, where it counts no single things", async () => {
  levels = [
    { ...handle, unit: "box", on_hand: "8" },
    { ...handle, product_id: "q" },
  ];
  await show(Stock, "[role=grid]");
  expect(plain(cell(0, "on_hand").textContent)).toBe("8 boîtes");
  expect(cell(1, "on_hand").textContent).toBe("20");
});

test("an empty stock teaches what it is for, and the ways to fill it", async () => {
  levels = [];
  await show(Stock, ".empty h2");
  expect(root.querySelector("h2")?.textContent).toBe("Dites une fois ce que vous avez");
  expect(root.querySelectorAll(".empty .button")).toHaveLength(2);
  expect(await faultsOf(root)).toEqual([]);
});

test("what was not saved before the page was left is sent when one comes back", async () => {
  const row = { product_id: "p", point: "", variant: "", on_hand: "7", arrivals: [] };
  localStorage.setItem("shared-order/stock/sophie", JSON.stringify([row]));
  await show(Stock, "[role=grid]");
  await vi.waitFor(() => expect(puts.map(({ rows }) => rows)).toEqual([[{ ...row, seen: {} }]]));
});

test("the page of the robots breaks no rule of accessibility and says that they are paused", async () => {
  await show(Bots, "form");
  expect(root.querySelector("[role=status]")?.textContent).toContain("en pause");
  expect(root.querySelectorAll("input[type=radio]")).toHaveLength(3);
  expect(await faultsOf(root)).toEqual([]);
});

test("rows that were just added stay where they are once they are saved", async () => {
  const book = new StockBook([], () => undefined);
  await book.search("");
  const sized = (point: string) => ({ ...handle, product_id: "t", point, on_hand: "", free: "" });
  const first = book.follow([sized("S"), sized("M")]);
  expect(first).toBe("t/S/");
  const order = () => book.levels.value.map(keyOf);
  expect(order()).toEqual(["t/S/", "t/M/", "p//", "q//"]);
  levels = [...levels, { ...sized("S"), on_hand: "12", free: "12" }];
  book.set([{ product_id: "t", point: "S", variant: "", on_hand: "12", seen: { on_hand: null } }]);
  await vi.waitFor(() => expect(book.levels.value[0]?.free).toBe("12"));
  expect(order()).toEqual(["t/S/", "t/M/", "p//", "q//"]);
  book.close();
});

/** A server with levels `100` to `499`, before which another may put one; it answers when the test wants. */
function slowPages() {
  const held: { readonly from: string | null; readonly answer: (...first: string[]) => Promise<void> }[] = [];
  const all = Array.from({ length: 400 }, (_, at) => String(100 + at));
  vi.stubGlobal("fetch", (path: string) => {
    const { searchParams } = new URL(path, "http://x");
    const from = searchParams.get("after");
    const limit = Number(searchParams.get("limit"));
    return new Promise<Response>((resolve) => {
      const answer = async (...first: string[]) => {
        const ids = [...first, ...all].filter((id) => from === null || id > from).slice(0, limit);
        const items = ids.map((product_id) => ({ ...handle, product_id }));
        resolve(Response.json({ items, next: ids.at(-1) }));
        await new Promise((done) => setTimeout(done));
      };
      held.push({ from, answer });
    });
  });
  return held;
}

function stretch(book: StockBook) {
  const ids = book.levels.value.map((level) => level.product_id);
  return [ids[0], ids.length, ids.at(-1), book.state.value];
}

test("a page of levels that comes after the list was read anew leaves no gap in it", async () => {
  const held = slowPages();
  const book = new StockBook([], () => undefined);
  void book.search("");
  await held[0]?.answer();
  void book.refresh();
  void book.more();
  expect(held.map(({ from }) => from)).toEqual([null, null, "199"]);
  await held[1]?.answer("099");
  await held[2]?.answer();
  expect(stretch(book)).toEqual(["099", 100, "198", "ready"]);
  void book.more();
  await held[3]?.answer();
  expect(stretch(book)).toEqual(["099", 200, "298", "ready"]);
  book.close();
});

test("levels that were read further while the list is read anew stay in it", async () => {
  const held = slowPages();
  const book = new StockBook([], () => undefined);
  void book.search("");
  await held[0]?.answer();
  void book.refresh();
  void book.more();
  await held[2]?.answer();
  expect(stretch(book)).toEqual(["100", 200, "299", "ready"]);
  await held[1]?.answer();
  await held[3]?.answer();
  expect(book.levels.value.length).toBeGreaterThanOrEqual(200);
  book.close();
});

test("without a network what was typed is told to wait, also where the list itself is out of reach", async () => {
  keeperOf("sophie", [])([change(handle, { on_hand: "4" })]);
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("no network")));
  await show(Stock, ".stock-foot");
  expect(root.querySelector("[role=alert]")?.textContent).toContain("Pas de réseau");
  await vi.waitFor(() =>
    expect(root.querySelector("[data-saved]")?.textContent).toContain("1 ligne attend le réseau"),
  );
});

test("what another search found does not stand for one that could not be made", async () => {
  const book = new StockBook([], () => undefined);
  await book.search("");
  expect(book.levels.value).toHaveLength(2);
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("no network")));
  await book.refresh();
  expect([book.state.value, book.levels.value.length]).toEqual(["ready", 2]);
  await book.search("poignée");
  expect([book.state.value, book.levels.value.length]).toEqual(["failed", 0]);
  book.close();
});

test("who leaves with something unsaved is asked, unless he goes on with it in a new version", async () => {
  await show(Stock, "[role=grid]");
  await type(0, "on_hand", "4");
  expect(isGuarded()).toBe(true);
  vi.spyOn(location, "reload").mockReturnValue();
  room.value = "kept";
  loadAnew();
  expect(isGuarded()).toBe(false);
});
