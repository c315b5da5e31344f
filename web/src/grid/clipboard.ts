/** Ranges as spreadsheets exchange them: tab-separated text, quoted where a cell holds a tab, a quote or a newline. */

// The other company chooses some of these texts, and a spreadsheet would run it.
const FORMULA = /^(?:[=@]|[+-](?![\d\s.,]*$))/;

/** The cells of a tab-separated text, row by row; a last empty row, which spreadsheets add, is left out. */
export function parseTable(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    row.push(cell[0] === "'" && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell);
    if (text[end] !== "\t") {
      rows.push(row);
      row = [];
    }
    at = end + (text[end] === "\r" && text[end + 1] === "\n" ? 2 : 1);
  }
  const last = rows.at(-1);
  return last?.length === 1 && last[0] === "" ? rows.slice(0, -1) : rows;
}

/** The text of a range, for the clipboard. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(written).join("\t")).join("\n");
}

/** A cell as spreadsheets take it for text, whatever it begins with. */
export function asText(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function plain(text: string, start: number): [string, number] {
  let end = start;
  while (end < text.length && !"\t\r\n".includes(text[end] ?? "")) end += 1;
  return [text.slice(start, end), end];
}

function quoted(text: string, start: number): [string, number] {
  let cell = "";
  let at = start + 1;
  while (at < text.length) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else break;
    at += 1;
  }
  const rest = plain(text, at + 1);
  return [cell + rest[0], Math.min(rest[1], text.length)];
}

function written(cell: string): string {
  const text = asText(cell);
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
