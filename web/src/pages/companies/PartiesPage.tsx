import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import "../lists/listing.css";
import { withQuery } from "../../api/client";
import type { Party } from "../../api/shapes";
import { useList, useSettled } from "../../app/load";
import { Page } from "../../app/Page";
import { may } from "../../app/session";
import { Avatar, Badge } from "../../design/Badge";
import { ButtonLink } from "../../design/Button";
import { Empty } from "../../design/Empty";
import type { Column } from "../../design/Table";
import { labelled, t } from "../../words";
import { Listing } from "../lists/Listing";

type Noun = "clients" | "suppliers";

export function Clients(): JSX.Element {
  return <PartiesPage key="clients" noun="clients" />;
}

export function Suppliers(): JSX.Element {
  return <PartiesPage key="suppliers" noun="suppliers" />;
}

/** The companies one sells to, or buys from: the same list seen from either side. */
function PartiesPage({ noun }: { noun: Noun }): JSX.Element {
  const { query } = useLocation();
  const [q, setQ] = useState(query.q ?? "");
  const settled = useSettled(q.trim());
  const list = useList<Party>(`/api/${noun}`, { q: settled });
  const add = may("standard") && (
    <ButtonLink look="primary" icon="plus" shortcut href={`/${noun}/new`}>
      {t(`${noun}.new`)}
    </ButtonLink>
  );
  const nothing = list.state === "ready" && list.items.length === 0 && !settled;
  // Where nothing is listed it stands there: until that is known it stands nowhere, lest it move from under a hand.
  const isKnown = list.state !== "loading" || list.asked !== "";
  return (
    <Page title={t(`menu.${noun}`)} actions={isKnown && !nothing && add}>
      <Listing
        list={list}
        q={q}
        onQ={setQ}
        label={t(`menu.${noun}`)}
        search={{ label: t(`${noun}.search.label`), placeholder: t(`${noun}.search`) }}
        table="parties-table"
        columns={columnsOf(noun)}
        id={(party) => party.id}
        miss={t(`${noun}.miss`, { q: settled })}
        settled={settled}
      >
        <Empty icon={noun} title={t(`${noun}.empty.title`)} lead={t(`${noun}.empty.lead`)}>
          {add}
        </Empty>
      </Listing>
    </Page>
  );
}

function columnsOf(noun: Noun): Column<Party>[] {
  const orders = noun === "clients" ? "clients.column.orders" : "suppliers.column.orders";
  const page = noun === "clients" ? "/orders" : "/purchases";
  return [
    { key: "name", header: t("clients.column.name"), cell: (party) => <Name noun={noun} party={party} /> },
    {
      key: "contact",
      header: t("clients.column.contact"),
      cell: ({ contact }) =>
        contact && (
          <>
            <div class="clip">{contact.name}</div>
            <div class="faint small clip">{contact.email || contact.phone}</div>
          </>
        ),
    },
    {
      key: "city",
      header: t("clients.column.city"),
      cell: (party) => <span class="quiet">{party.city}</span>,
    },
    {
      key: "state",
      header: t("clients.column.state"),
      cell: ({ state }) =>
        state === "active" ? (
          <span class="quiet">{t("party.active")}</span>
        ) : (
          <Badge solid={state === "prepared"}>{t(`party.${state}`)}</Badge>
        ),
    },
    {
      key: "orders",
      header: t(orders),
      named: true,
      figure: true,
      cell: (party) => (
        <a
          class="above"
          href={withQuery(page, { tab: "all", q: party.name })}
          aria-label={labelled(`${t(orders)}, ${party.name}`, party.orders)}
        >
          {party.orders}
        </a>
      ),
    },
  ];
}

function Name({ noun, party }: { noun: Noun; party: Party }): JSX.Element {
  return (
    <div class="named">
      <Avatar square name={party.name} />
      <div>
        <a class="row-link" href={`/${noun}/${party.id}`}>
          {party.name}
        </a>
        {party.number && <div class="faint small">{party.number}</div>}
      </div>
    </div>
  );
}
