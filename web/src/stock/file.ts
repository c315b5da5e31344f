/** A stock list as a file: cut into records, sent in parts, and its faulty records given back. */

export interface RecordText {
  /** The line of the file on which the record ends, counted from 1, as the server counts. */
  readonly line: number;
  readonly text: string;
}

/** What the server says is wrong with a line. */
export interface LineFault {
  readonly line: number;
  readonly column: string;
  /** By which this application says it, where it knows better than the server to whom. */
  readonly code?: string;
  readonly message: string;
}

export const PART = 400;

/** The records of a CSV text; a quoted cell may hold line breaks. Blank lines are left out. */
export function recordsOf(text: string): RecordText[] {
  const records: RecordText[] = [];
  let [start, line, quoted] = [0, 1, false];
  for (let at = 0; at <= text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    if (sign !== undefined && sign !== "\n") continue;
    if (!quoted || sign === undefined) {
      const record = text.slice(start, at).replace(/\r$/, "");
      if (record.trim() !== "") records.push({ line, text: record });
      start = at + 1;
    }
    line += 1;
  }
  return records;
}

/** Parts that are files themselves: the heads, and some of the sound records. */
export function partsOf(records: readonly RecordText[], faulty: ReadonlySet<number>): string[][] {
  const [head, ...rest] = records;
  const sound = rest.filter(({ line }) => !faulty.has(line)).map(({ text }) => text);
  const parts: string[][] = [];
  for (let at = 0; at < sound.length; at += PART) {
    parts.push([head?.text ?? "", ...sound.slice(at, at + PART)]);
  }
  return parts;
}

/** The faulty records as a file of their own, to be mended and brought in again. */
export function faultyFile(records: readonly RecordText[], faults: readonly LineFault[]): string {
  const lines = new Set(faults.map(({ line }) => line));
  const [head, ...rest] = records;
  const faulty = rest.filter(({ line }) => lines.has(line)).map(({ text }) => text);
  return [head?.text ?? "", ...faulty].join("\r\n");
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

const HEADS: Readonly<Record<number, readonly string[]>> = {
  2: ["code", "on_hand"],
  3: ["code", "size", "on_hand"],
  4: ["code", "size", "variant", "on_hand"],
  5: ["code", "size", "variant", "on_hand", "arrivals"],
};

/** Pasted rows as such a file: with heads of their own, or known by how many columns there are. Null when unknown. */
export function fileOfTable(rows: readonly (readonly string[])[], decimalComma: boolean): string | null {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const named = rows[0]?.some((cell) => cell.trim().toLowerCase() === "code") ?? false;
  const heads = named ? [] : [HEADS[width]];
  if (heads.includes(undefined)) return null;
  const separator = decimalComma ? ";" : ",";
  const all = [...(heads as (readonly string[])[]), ...rows];
  return all.map((row) => row.map((cell) => quoted(cell.trim())).join(separator)).join("\r\n");
}

/** The text of a file in the two ways that spreadsheets write one. */
export function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
