/** The rows of a small table: no cell of ours holds a comma, a quote or a line break. */
export function rowsOf<Column extends string = string>(text: string): Record<Column, string>[] {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""])) as Record<Column, string>;
  });
}
