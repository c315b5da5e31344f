import type { JSX } from "preact";
import type { OrderRow, Side } from "../../api/shapes";
import { Badge } from "../../design/Badge";
import { Chip, Turn } from "../../design/Chip";
import type { Column } from "../../design/Table";
import type { UnsentOrder } from "../../offline/unsent";
import { ago, day, moment, money, t } from "../../words";
import { UnsentBadge } from "./Unsent";

function State({ row }: { row: OrderRow }): JSX.Element {
  return (
    <div class="order-state">
      <Chip status={row.status} />
      <Turn turn={row.turn} side={row.side} />
    </div>
  );
}

function Name({ row }: { row: OrderRow }): JSX.Element {
  const name = row.number ?? t("orders.draft_number");
  return (
    <a class="row-link" href={`/orders/${row.id}`} aria-label={`${name}, ${row.party.name}`}>
      {row.number ?? <span class="unnumbered">{name}</span>}
    </a>
  );
}

function Party({ row, unsent }: { row: OrderRow; unsent: UnsentOrder | undefined }): JSX.Element {
  return (
    <div class="bar order-party">
      <span class="strong" title={row.party.name}>
        {row.party.name}
      </span>
      {row.late && <Badge solid>{t("badge.late")}</Badge>}
      {unsent && <UnsentBadge unsent={unsent} />}
      {row.backorder && <Badge title={t("badge.backorder.long")}>{t("badge.backorder")}</Badge>}
    </div>
  );
}

function Total({ row }: { row: OrderRow }): JSX.Element {
  return (
    <>
      <div class="strong">{money(row.total, row.currency)}</div>
      <div class="faint small">{t("orders.lines", { count: row.lines })}</div>
    </>
  );
}

function Delivery({ row }: { row: OrderRow }): JSX.Element | null {
  const date = row.promised_date ?? row.requested_date;
  if (!date) return <span class="faint">—</span>;
  return (
    <>
      <div>{day(date)}</div>
      <div class="faint small">{t(row.promised_date ? "orders.promised" : "orders.requested")}</div>
    </>
  );
}

function Changed({ row }: { row: OrderRow }): JSX.Element {
  return (
    <>
      <div class="quiet small clip">{row.changed_by}</div>
      <div class="faint small" title={moment(row.changed_at)}>
        {ago(row.changed_at)}
      </div>
    </>
  );
}

/** The facts of an order in a list, in the order in which one wants them. */
export function orderColumns(side: Side, unsent: readonly UnsentOrder[] = []): Column<OrderRow>[] {
  const party = side === "supplier" ? "orders.column.client" : "orders.column.supplier";
  return [
    { key: "state", header: t("orders.column.state"), cell: (row) => <State row={row} /> },
    { key: "number", header: t("orders.column.number"), cell: (row) => <Name row={row} /> },
    {
      key: "party",
      header: t(party),
      cell: (row) => <Party row={row} unsent={unsent.find(({ id }) => id === row.id)} />,
    },
    {
      key: "reference",
      header: t("orders.column.reference"),
      cell: (row) => <div class="clip quiet">{row.reference}</div>,
    },
    {
      key: "delivery",
      header: t("orders.column.promised"),
      figure: true,
      cell: (row) => <Delivery row={row} />,
    },
    { key: "total", header: t("orders.column.total"), figure: true, cell: (row) => <Total row={row} /> },
    {
      key: "changed",
      header: t("orders.column.changed"),
      figure: true,
      cell: (row) => <Changed row={row} />,
    },
  ];
}
