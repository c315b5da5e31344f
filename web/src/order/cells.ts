import table from "../../../schema/cells.csv?raw";
import { rowsOf } from "./csv";

/** The vocabulary of an order, read from the same table as the server (`schema/cells.py` says what it means). */

export type Register = "client" | "supplier";
export const REGISTERS: readonly Register[] = ["client", "supplier"];

// `number` is the kind of no cell: what a characteristic holds where its product asks for one.
export type ValueKind =
  | "address"
  | "characteristic"
  | "contact"
  | "date"
  | "dimension"
  | "flag"
  | "money"
  | "number"
  | "percent"
  | "position"
  | "price"
  | "product"
  | "quantity"
  | "text";

/** One row of `cells.csv`: a kind of cell. `term`: whether a signature covers it. */
export interface Field {
  readonly name: string;
  readonly register: Register;
  readonly value: ValueKind;
  readonly term: boolean;
}

/** An address, taken apart. `line` and `point` are null where the field has none. */
export interface Cell {
  readonly root: Register;
  readonly key: string;
  readonly field: Field;
  readonly noun: string;
  readonly line: string | null;
  readonly point: string | null;
}

const NAME = /^[A-Za-z0-9_-]{1,40}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const POINT = /^[^/\x00-\x1f\x7f]{1,40}$/u;

function readFields(): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const row of rowsOf(table)) {
    const { register, path, value, term } = row as { register: Register; path: string } & typeof row;
    const name = `${register}.${path.replace("lines/*/", "lines.").replaceAll("/", ".")}`;
    fields.set(`${register}/${path}`, { name, register, value: value as ValueKind, term: term === "yes" });
  }
  return fields;
}

/** Fields by register and path pattern (`client/reference`), in the order of `cells.csv`. */
export const FIELDS: ReadonlyMap<string, Field> = readFields();

/** The last word of a field's name that is not a star: `client.lines.quantity.*` → `quantity`. */
function nounOf(fieldName: string): string {
  const words = fieldName.split(".");
  return (words.at(-1) === "*" ? words.at(-2) : words.at(-1)) ?? fieldName;
}

const PARSED: Record<Register, Map<string, Cell | null>> = { client: new Map(), supplier: new Map() };
const PARSED_LIMIT = 65536;

/** The cell at an address of a register, or null when the vocabulary has no such cell. */
export function parse(root: Register, key: string): Cell | null {
  const parsed = PARSED[root];
  let cell = parsed.get(key);
  if (cell === undefined) {
    if (parsed.size >= PARSED_LIMIT) parsed.clear();
    cell = parseAnew(root, key);
    parsed.set(key, cell);
  }
  return cell;
}

function parseAnew(root: Register, key: string): Cell | null {
  if (!key.startsWith("lines/")) return cellOf(root, key, key, null, null);
  const [, line = "", noun = "", point = null, ...rest] = key.split("/");
  if (rest.length || !NAME.test(line) || (point !== null && !POINT.test(point))) return null;
  return cellOf(root, key, `lines/*/${noun}${point === null ? "" : "/*"}`, line, point);
}

function cellOf(
  root: Register,
  key: string,
  path: string,
  line: string | null,
  point: string | null,
): Cell | null {
  const field = FIELDS.get(`${root}/${path}`);
  return field ? { root, key, field, noun: nounOf(field.name), line, point } : null;
}

/** What the cell at an address says, `client/lines/7f3a/quantity/M` → `quantity`; null for none of a register. A size
 * or a characteristic may be called as a cell is, so that the end of an address tells nothing. */
export function nounAt(address: string): string | null {
  const register = REGISTERS.find((root) => address.startsWith(`${root}/`));
  return register ? (parse(register, address.slice(register.length + 1))?.noun ?? null) : null;
}

/** The key of a line's cell: `lineKey("7f3a", "quantity", "M")` → `lines/7f3a/quantity/M`. */
export function lineKey(line: string, ...parts: string[]): string {
  return ["lines", line, ...parts].join("/");
}
