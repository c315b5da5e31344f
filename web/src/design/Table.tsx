import type { ComponentChildren, JSX, Ref } from "preact";
import { Loading } from "./Empty";

export interface Column<Row> {
  key: string;
  header: string;
  figure?: boolean;
  /** The header is read but not shown. */
  bare?: boolean;
  /** In a card, where there is no header, the value stands beside its name: it does not explain itself. */
  named?: boolean;
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  label: string;
  class: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  id: (row: Row) => string;
  opens?: boolean;
  fresh?: ReadonlySet<string>;
  bodyRef?: Ref<HTMLTableSectionElement>;
}

/**
 * A table whose rows become cards where there is no room; without any they are on their way. The roles are written out
 * because a browser may forget them when the layout is a grid.
 */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const table = (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops a table's role with its display.
    <table class={`table ${props.class}`} role="table" aria-label={props.label}>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <thead role="rowgroup">
        {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
        <tr role="row">
          {props.columns.map((column) => (
            // biome-ignore lint/a11y/noRedundantRoles: as above
            <th key={column.key} role="columnheader" scope="col" class={column.figure ? "figure" : undefined}>
              {column.bare ? <span class="unseen">{column.header}</span> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <tbody role="rowgroup" ref={props.bodyRef ?? null}>
        {props.rows.map((row) => (
          <TableRow key={props.id(row)} row={row} {...props} />
        ))}
      </tbody>
    </table>
  );
  if (props.rows.length > 0) return table;
  return (
    <>
      {table}
      <Loading />
    </>
  );
}

function TableRow<Row>({ row, columns, id, opens, fresh }: TableProps<Row> & { row: Row }): JSX.Element {
  const name = id(row);
  const look = [opens && "opens", fresh?.has(name) && "fresh"].filter(Boolean).join(" ");
  return (
    // biome-ignore lint/a11y/noRedundantRoles: as above
    <tr role="row" class={look} data-id={name}>
      {columns.map((column) => (
        // biome-ignore lint/a11y/noRedundantRoles: as above
        <td key={column.key} role="cell" class={cellClass(column)}>
          {/* Who does not see it hears the column's header. */}
          {column.named && (
            <span class="cell-name" aria-hidden="true">
              {column.header}
            </span>
          )}
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function cellClass<Row>(column: Column<Row>): string {
  return [`at-${column.key}`, column.figure && "figure", column.named && "named-cell"]
    .filter(Boolean)
    .join(" ");
}
