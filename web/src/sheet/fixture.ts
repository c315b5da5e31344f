import policy from "../../../schema/policy.csv?raw";
import { rowsOf } from "../order/csv";
import { digest } from "../order/digest";
import { contentOf, type Side, type State } from "../order/order";
import { canonicalJson, termsOf } from "../order/terms";
import { OrderConnection } from "../sync/connection";
import { Sheet } from "./sheet";

/** For tests: the sheet of an order of two lines between Anna's company and its supplier, without a network. */

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

type Cells = Readonly<Record<string, unknown>>;

/** A signature by this person, of the terms as `openSheet` makes them, or as they are with other cells. */
export function signature(
  name: string,
  changes: { client?: Cells; supplier?: Cells } = {},
  count = "1",
): Cells {
  const terms = canonicalJson(
    termsOf(
      contentOf({
        client: { ...CLIENT, ...changes.client },
        supplier: { ...SUPPLIER, ...changes.supplier },
        record: RECORD,
      }),
    ),
  );
  return { digest: digest(terms), terms, name, at: "2026-11-20", count };
}

interface Opening {
  readonly side?: Side;
  /** Of the policy: one's company, or `viewer`. */
  readonly role?: string | undefined;
  readonly state?: State;
  readonly signatures?: Partial<Record<Side, Cells>>;
  /** What stands beside or instead of the two lines. */
  readonly client?: Cells;
  readonly supplier?: Cells;
  readonly record?: Cells;
}

export function openSheet(opening: Opening = {}): Sheet {
  const { side = "client", role = side, state = "open", signatures = {} } = opening;
  const connection = new OrderConnection({ orderId: "o1", url: "ws://example.test/ws/orders", now: () => 0 });
  const signed = Object.fromEntries(Object.entries(signatures).map(([by, one]) => [`signatures/${by}`, one]));
  const roots = {
    client: { ...CLIENT, ...opening.client },
    supplier: { ...SUPPLIER, ...opening.supplier },
    record: { ...RECORD, ...signed, ...opening.record },
  };
  connection.doc.transact(() => {
    for (const [root, cells] of Object.entries(roots)) {
      for (const [key, value] of Object.entries(cells)) connection.doc.getMap(root).set(key, value);
    }
  });
  const rights = Object.fromEntries(
    rowsOf(policy).map((row) => [row.field, row[`${role}_${state}`] ?? ""]),
  ) as Record<string, string>;
  connection.hello.value = {
    type: "hello",
    user: { id: "anna", name: "Anna" },
    side,
    role,
    state,
    epoch: "e1",
    rights,
  };
  connection.rights.value = rights;
  return new Sheet(connection);
}
