/**
 * What a grid's parts are to a screen reader. They are not elements of a table: the rows are placed by hand, so that
 * only those on the screen exist.
 */

export function grid(label: string, rows: number, columns: number) {
  const counts = { "aria-rowcount": rows, "aria-colcount": columns };
  return {
    role: "grid",
    tabIndex: -1,
    "aria-label": label,
    "aria-multiselectable": true,
    ...counts,
  } as const;
}

export const ROWS = { role: "rowgroup" } as const;

export function row(index: number) {
  return { role: "row", tabIndex: -1, "aria-rowindex": index } as const;
}

export function columnHead(index: number) {
  return { role: "columnheader", tabIndex: -1, "aria-colindex": index } as const;
}

export function cell(index: number, isHead: boolean, state: { selected: boolean; readonly: boolean }) {
  const role = isHead ? "rowheader" : "gridcell";
  return {
    role,
    "aria-colindex": index,
    "aria-selected": state.selected,
    "aria-readonly": state.readonly,
  } as const;
}

/** A cell that takes the place of several. */
export function wideCell(columns: number) {
  return { role: "gridcell", "aria-colindex": 1, "aria-colspan": columns } as const;
}
