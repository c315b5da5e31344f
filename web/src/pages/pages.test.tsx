// @vitest-environment happy-dom
import axe from "axe-core";
import { type ComponentType, render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Me, OrderRow, Party, Product } from "../api/shapes";
import { signedIn } from "../app/session";
import { moment, t, turnTo } from "../words";
import { newAddress } from "./companies/companyFile";
import { NewClient, NewSupplier } from "./companies/NewPartyPage";
import { Clients } from "./companies/PartiesPage";
import { Accept } from "./doors/Invitation";
import { SignIn } from "./doors/SignIn";
import { Mails } from "./MailsPage";
import { CreateOrder } from "./orders/CreateOrder";
import { Orders } from "./orders/OrdersPage";
import { AddProducts } from "./products/AddProducts";
import { NewProduct } from "./products/ProductPage";
import { Products } from "./products/ProductsPage";
import { newProduct } from "./products/productFile";
import { CreateToken } from "./settings/CreateToken";
import { Profile } from "./settings/ProfilePage";
import { Team } from "./settings/TeamPage";
import { Tokens } from "./settings/TokensPage";

const sophie: Me = {
  user: {
    id: "sophie",
    name: "Sophie Tremblay",
    email: "sophie@boreale.example",
    language: "fr",
    has_password: true,
  },
  company: { id: "boreale", name: "Ébénisterie Boréale", supplies: true, buys: false },
  role: "manager",
  shows_mails: true,
};

const order: OrderRow = {
  id: "o1",
  number: "2026-0147",
  side: "supplier",
  party: { id: "laurier", name: "Cuisines Laurier" },
  reference: "BT-2231",
  status: "changed",
  turn: "supplier",
  lines: 2,
  total: "609.37",
  currency: "CAD",
  promised_date: "2026-12-12",
  requested_date: null,
  changed_at: "2026-11-23T14:02:11Z",
  changed_by: "Luc",
  late: true,
  backorder: true,
};

const contact = { id: "c", name: "Anna Roy", email: "anna@laurier.example", phone: "", title: "" };
const laurier: Party = {
  id: "laurier",
  name: "Cuisines Laurier",
  number: "C-204",
  state: "active",
  contact,
  city: "Rimouski",
  orders: 31,
};

function product(id: string, name: string, change: Partial<Product> = {}): Product {
  const { pointsText, ...facts } = newProduct();
  const plain = { ...facts, minimum: null, multiple: null, code: id, name_fr: name, price: "41.50" };
  return { ...plain, id, supplier_id: "boreale", image: null, ...change };
}

const door = product("P-1", "Porte shaker");
const hat = product("T-1", "Tuque mérinos", { sizing: "scale", points: ["S", "M"] });
const page = (...items: unknown[]) => ({ items, next: null });
const counts = { mine: 1, draft: 0, waiting: 0, changed: 1, agreed: 0, amending: 0, closed: 0, all: 1 };

const full: Record<string, unknown> = {
  "/api/orders": page(order),
  "/api/orders/counts": counts,
  "/api/clients": page(laurier),
  "/api/clients/laurier": {
    addresses: [{ ...newAddress(), street: "120, rue du Port", city: "Rimouski" }],
    contacts: [contact],
    payment_terms: "Net 30 jours",
  },
  "/api/products": page(door, hat),
  "/api/team": page({ ...sophie.user, role: "manager", active: true, last_seen: null }),
  "/api/tokens": page({ id: "t", name: "Boutique", scopes: ["read"], last_used: null }),
  "/api/mails": page({ id: "m", to: "anna@laurier.example", subject: "Modifiée", at: order.changed_at }),
};

const NOTHING = {
  "/api/orders": page(),
  "/api/orders/counts": Object.fromEntries(Object.keys(counts).map((tab) => [tab, 0])),
  "/api/clients": page(),
  "/api/products": page(),
};

class SilentSocket {
  static readonly CLOSED = 3;
  readyState = 0;
  close(): void {}
}

let root: HTMLElement;

beforeEach(() => {
  vi.stubGlobal("WebSocket", SilentSocket);
  serve(full);
  document.body.innerHTML = "<main id='app'></main>";
  root = document.getElementById("app") as HTMLElement;
  signedIn(sophie);
});

afterEach(() => act(() => render(null, root)));

function serve(answers: Record<string, unknown>): void {
  vi.stubGlobal("fetch", async (path: string) => {
    const known = answers[path.replace(/\?.*/, "")];
    const body = known ?? { code: "not_found", detail: "Introuvable." };
    return new Response(JSON.stringify(body), { status: known ? 200 : 404 });
  });
}

async function show(Page: ComponentType): Promise<void> {
  await act(async () =>
    render(
      <LocationProvider>
        <Page />
      </LocationProvider>,
      root,
    ),
  );
  await vi.waitFor(() => expect(root.querySelector(".bones")).toBeNull());
}

/** The structural rules; those of colour need a real browser and are held by design/contrast.test.ts. */
async function faultsOf(node: HTMLElement): Promise<string[]> {
  const found = await axe.run(node, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

test.each([
  ["orders", Orders],
  ["clients", Clients],
  ["new client", NewClient],
  ["products", Products],
  ["new product", NewProduct],
  ["team", Team],
  ["profile", Profile],
  ["tokens", Tokens],
  ["mails", Mails],
] as [string, ComponentType][])("the page of %s breaks no rule of accessibility", async (_, Page) => {
  await show(Page);
  expect(await faultsOf(root)).toEqual([]);
  expect(root.querySelectorAll("h1")).toHaveLength(1);
});

test("tokens, of which there are seldom any, are awaited without the head of a table", async () => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  await act(async () =>
    render(
      <LocationProvider>
        <Tokens />
      </LocationProvider>,
      root,
    ),
  );
  expect(root.querySelector(".bones")).not.toBeNull();
  expect(root.querySelector("thead")).toBeNull();
});

test.each([
  ["/api/team", Team],
  ["/api/clients", Clients],
  ["/api/orders", Orders],
] as [string, ComponentType][])(
  "the head of the table of %s stands before its rows come",
  async (path, Page) => {
    let answer: (rows: Response) => void = () => undefined;
    const known = fetch;
    vi.stubGlobal("fetch", (asked: string, init: RequestInit) =>
      asked.replace(/\?.*/, "") === path
        ? new Promise<Response>((resolve) => {
            answer = resolve;
          })
        : known(asked, init),
    );
    await act(async () =>
      render(
        <LocationProvider>
          <Page />
        </LocationProvider>,
        root,
      ),
    );
    await vi.waitFor(() => expect(root.querySelector(".bones")).not.toBeNull());
    const head = root.querySelector("thead");
    expect(head?.textContent).not.toBe("");
    expect(await faultsOf(root)).toEqual([]);
    const rows = (full as Record<string, unknown>)[path];
    await act(async () => answer(Response.json(rows)));
    await vi.waitFor(() => expect(root.querySelector(".bones")).toBeNull());
    expect(root.querySelector("thead")).toBe(head);
    expect(root.querySelectorAll("tbody tr").length).toBe((rows as { items: unknown[] }).items.length);
  },
);

test.each([
  ["product", NewProduct, "/products"],
  ["client", NewClient, "/clients"],
  ["supplier", NewSupplier, "/"],
] as [string, ComponentType, string][])(
  "whoever may add no %s is told so, and where to go instead",
  async (_, Page, there) => {
    signedIn({ ...sophie, role: "viewer" });
    await show(Page);
    expect(root.querySelector("h1")?.textContent).toContain("ne permet pas d’ajouter");
    expect(root.querySelector("form, input, button")).toBeNull();
    expect([...root.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
      there,
      "/team",
    ]);
    expect(await faultsOf(root)).toEqual([]);
  },
);

test.each([
  ["fr", "Votre nouveau jeton\u00a0: Boutique"],
  ["en", "Your new token: Boutique"],
] as const)(
  "a new token is named as %s writes it, and shown once, ready to be copied",
  async (spoken, title) => {
    await turnTo(spoken);
    const token = { id: "t", name: "Boutique", scopes: ["read"], last_used: null };
    serve({ "/api/tokens": page() });
    await show(Tokens);
    await act(async () => root.querySelector<HTMLElement>("[data-key=new]")?.click());
    const input = root.querySelector<HTMLInputElement>(
      "dialog input:not([type=checkbox])",
    ) as HTMLInputElement;
    input.value = token.name;
    await act(async () => void input.dispatchEvent(new Event("input", { bubbles: true })));
    serve({ "/api/tokens": { ...token, token: "so_secret" } });
    await act(async () => root.querySelector<HTMLElement>("dialog [type=submit]")?.click());
    await vi.waitFor(() => expect(root.querySelector(".token")?.textContent).toBe("so_secret"));
    expect(root.querySelector(".notice strong")?.textContent).toBe(title);
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe(t("do.copy")));
    expect(await faultsOf(root)).toEqual([]);
    await turnTo("fr");
  },
);

test("a token says when it ends", async () => {
  const token = { id: "t", name: "Boutique", scopes: ["read"], last_used: null, expires_at: null };
  serve({ "/api/tokens": page(token, { ...token, id: "u", expires_at: "2027-11-28T16:00:00Z" }) });
  await show(Tokens);
  const ends = [...root.querySelectorAll("td.at-ends > :not(.cell-name)")].map((cell) => cell.textContent);
  expect(ends).toEqual([t("tokens.days.ever"), moment("2027-11-28T16:00:00Z")]);
});

test("who may see no tokens is told who may, and is not asked to try again", async () => {
  signedIn({ ...sophie, role: "standard" });
  await show(Tokens);
  expect(root.querySelector("h2")?.textContent).toContain("gestionnaire");
  expect(root.querySelector("button")).toBeNull();
  expect(root.querySelector(".empty a")?.getAttribute("href")).toBe("/team");
  expect(await faultsOf(root)).toEqual([]);
});

test("what one's role may not read is not asked for again; anything else is", async () => {
  const refusal = { code: "role_too_low", detail: "Votre rôle ne permet pas cette action." };
  for (const [status, buttons] of [
    [403, 0],
    [503, 1],
  ] as const) {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(refusal), { status }));
    await show(Team);
    expect(root.querySelector("[role=alert]")?.textContent).toBe(refusal.detail);
    expect(root.querySelectorAll(".empty button")).toHaveLength(buttons);
    act(() => render(null, root));
  }
});

test.each(["Clients", "NewClient", "Products", "NewProduct", "EditProduct", "Stock", "Bots"] as const)(
  "a company that only buys is shown no page of a seller's (%s)",
  async (name) => {
    const pages = await import("../app/routes");
    signedIn({ ...sophie, company: { ...sophie.company, supplies: false, buys: true } });
    await show(pages[name]);
    expect(root.querySelector("h1")?.textContent).toBe("Cette page n’existe pas, ou n’est pas à vous");
  },
);

test.each([
  ["orders", Orders],
  ["clients", Clients],
  ["products", Products],
] as [string, ComponentType][])("what adds to the %s stands in one place from the first", async (_, Page) => {
  for (const answers of [full, { ...full, ...NOTHING }]) {
    const places = new Set<string | undefined>();
    serve(answers);
    const look = new MutationObserver(() => {
      for (const one of root.querySelectorAll("[data-key=new]"))
        places.add(one.closest(".page-head, .empty")?.className);
    });
    look.observe(root, { childList: true, subtree: true });
    await show(Page);
    await vi.waitFor(() => expect(root.querySelector("[data-key=new]")).not.toBeNull());
    await vi.waitFor(() => expect(root.querySelector("tbody tr, .empty")).not.toBeNull());
    look.disconnect();
    expect([...places]).toEqual([answers === full ? "page-head" : expect.stringContaining("empty")]);
    act(() => render(null, root));
  }
});

test("the way in breaks no rule of accessibility", async () => {
  document.body.innerHTML = "<div id='app'></div>";
  root = document.getElementById("app") as HTMLElement;
  await show(SignIn);
  expect(await faultsOf(root)).toEqual([]);
});

test("an order in the list says its state, its turn and its badges in words", async () => {
  await show(Orders);
  await vi.waitFor(() => expect(root.querySelector("tbody tr")).not.toBeNull());
  const row = root.querySelector("tbody tr")?.textContent?.replace(/[\u00a0\u202f]/g, " ");
  for (const fact of [
    "Modifiée",
    "À vous",
    "2026-0147",
    "Cuisines Laurier",
    "En retard",
    "B/O",
    "609,37 $",
  ]) {
    expect(row).toContain(fact);
  }
});

test("a search that finds nothing in a tab goes on in all of them", async () => {
  serve({ ...full, "/api/orders": page() });
  history.replaceState(null, "", "/orders?tab=mine&q=BT-2231");
  await show(Orders);
  const on = () => root.querySelector<HTMLAnchorElement>(".empty a");
  await vi.waitFor(() => expect(on()?.textContent).toBe("Chercher dans tous les onglets"));
  expect(on()?.getAttribute("href")).toBe("/orders?tab=all&q=BT-2231");
  history.replaceState(null, "", "/");
});

test("a company without orders is told what to do, with one button", async () => {
  serve({ "/api/orders": page(), "/api/orders/counts": { ...counts, mine: 0, changed: 0, all: 0 } });
  await show(Orders);
  await vi.waitFor(() => expect(root.querySelector("h2")?.textContent).toBe("Vos commandes vivront ici"));
  expect(root.querySelectorAll(".button")).toHaveLength(1);
});

test.each([
  [true, ["Lire", "Écrire", "Tenir les stocks"]],
  [false, ["Lire", "Écrire"]],
])("a token may keep the stock of a company that has one (%s)", async (supplies, offered) => {
  signedIn({ ...sophie, company: { ...sophie.company, supplies, buys: true } });
  await show(() => <CreateToken onClose={() => undefined} onMade={() => undefined} />);
  expect([...document.querySelectorAll("fieldset label")].map((one) => one.textContent)).toEqual(offered);
});

test("creating an order offers the clients and shows what will fill it", async () => {
  await show(() => <CreateOrder side="supplier" onClose={() => undefined} />);
  await vi.waitFor(() => expect(root.querySelector("[role=option]")).not.toBeNull());
  expect(root.querySelector("[role=option]")?.textContent).toContain("Rimouski");
  await vi.waitFor(() => expect(root.querySelector("dl")?.textContent).toContain("120, rue du Port"));
  expect(await faultsOf(root)).toEqual([]);
});

test("the prices of a catalogue are in the currency of its company", async () => {
  signedIn({ ...sophie, company: { ...sophie.company, currency: "USD" } });
  await show(Products);
  expect(root.querySelector("td.at-price")?.textContent).toMatch(/\$\sUS$/);
  await show(() => (
    <AddProducts
      supplierId="boreale"
      currency="EUR"
      lines={[]}
      isBound
      onAdd={vi.fn()}
      onClose={() => undefined}
    />
  ));
  await vi.waitFor(() => expect(root.querySelector(".add-head .figure")?.textContent).toContain("€"));
});

test.each([
  [true, "Sophie vous invite à travailler avec son équipe."],
  [false, "Sophie souhaite partager ses commandes avec vous."],
])("an invitation says what for (a place in the team: %s)", async (team, said) => {
  const invitation = {
    inviter: "Sophie",
    company: "Boréale",
    team,
    email: "a@b.ca",
    name: "",
    language: "fr",
  };
  serve({ "/api/invitations/secret": invitation });
  await show(() => <Accept params={{ token: "secret" }} />);
  await vi.waitFor(() => expect(root.textContent).toContain(said));
});

test("what is the least of a product, and by how many it goes, is read before it is ordered", async () => {
  const dozen = product("PG-1", "Poignée", { minimum: "24", multiple: "12" });
  serve({ "/api/products": page(dozen) });
  const lines = [{ line: "a", productId: "PG-1", quantity: "24" }];
  const onQuantity = vi.fn();
  const still = { supplierId: "boreale", currency: "CAD", lines, onAdd: vi.fn(), onClose: () => undefined };
  await show(() => <AddProducts {...still} isBound onQuantity={onQuantity} />);
  await vi.waitFor(() => expect(root.querySelector(".stepper")).not.toBeNull());
  expect(root.querySelector(".add-name")?.textContent).toContain("minimum 24, par multiples de 12");
  const [less, more] = root.querySelectorAll<HTMLButtonElement>(".stepper button");
  act(() => less?.click());
  expect(root.querySelector(".stepper [role=alert]")?.textContent).toBe("La quantité minimale est de 24.");
  expect(await faultsOf(root)).toEqual([]);
  act(() => more?.click());
  expect(onQuantity.mock.calls).toEqual([["a", "36"]]);
});

test("one press adds a plain product; one with sizes asks first", async () => {
  const onAdd = vi.fn();
  await show(() => (
    <AddProducts
      supplierId="boreale"
      currency="CAD"
      lines={[]}
      isBound
      onAdd={onAdd}
      onClose={() => undefined}
    />
  ));
  await vi.waitFor(() => expect(root.querySelectorAll(".add-plus")).toHaveLength(2));
  const [plain, sized] = root.querySelectorAll<HTMLButtonElement>(".add-plus");
  act(() => plain?.click());
  expect(onAdd).toHaveBeenCalledWith(door, expect.objectContaining({ quantity: "1" }));
  expect(root.querySelector("footer")?.textContent).toContain("1 ligne ajoutée");
  act(() => sized?.click());
  expect(onAdd).toHaveBeenCalledOnce();
  expect(root.querySelector(".add-scale")?.textContent).toContain("Quantité par taille");
  expect(await faultsOf(root)).toEqual([]);
});
