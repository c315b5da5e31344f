import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import "./orders.css";
import { api, withQuery } from "../../api/client";
import type { OrderCounts, OrderRow, OrderTab, Side } from "../../api/shapes";
import { reach } from "../../app/keys";
import { useList, useSettled } from "../../app/load";
import { Page } from "../../app/Page";
import { may, me } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Button } from "../../design/Button";
import { SearchField } from "../../design/Search";
import { Table } from "../../design/Table";
import { t } from "../../words";
import { useLiveRows } from "../lists/live";
import { More } from "../lists/More";
import { Paused } from "../lists/Paused";
import { CreateOrder } from "./CreateOrder";
import { useFlip } from "./flip";
import { OrdersEmpty } from "./OrdersEmpty";
import { orderColumns } from "./orderColumns";
import { type Filter, queryOf, TABS, withRow } from "./orderRows";
import { UnsentOrders, useUnsent } from "./Unsent";
import "./unsent.css";

export function Orders(): JSX.Element {
  return <OrdersPage key="supplier" side="supplier" />;
}

export function Purchases(): JSX.Element {
  return <OrdersPage key="client" side="client" />;
}

/** The list of a company's orders from one of its two sides; it stays current by itself. */
function OrdersPage({ side }: { side: Side }): JSX.Element {
  const { query, route, path } = useLocation();
  const [creating, setCreating] = useState(false);
  const [q, setQ] = useState(query.q ?? "");
  const counts = useCounts(side);
  const asked = TABS.find((one) => one === query.tab);
  const tab: OrderTab = asked ?? (counts.value && counts.value.mine === 0 ? "all" : "mine");
  const settled = useSettled(q.trim());
  const place = (next: OrderTab) => withQuery(path, { tab: next, q: q.trim() });
  useEffect(() => {
    if (settled !== (query.q ?? "")) route(withQuery(path, { tab: asked, q: settled }), true);
  }, [settled]);
  const none = counts.value?.all === 0 && settled === "";
  const title = t(side === "supplier" ? "menu.orders" : "menu.purchases");
  const create = may("standard") && (
    <Button look="primary" icon="plus" shortcut onClick={() => setCreating(true)}>
      {t(side === "supplier" ? "orders.create" : "orders.create.purchase")}
    </Button>
  );
  return (
    // Where there is no order it stands in the list: until that is known it stands nowhere, lest it move from under a hand.
    <Page title={title} actions={(counts.value || counts.failed) && !none && create}>
      <div class="card orders">
        {!none && <Tabs tab={tab} counts={counts.value} place={place} />}
        {!none && (
          <div class="orders-tools">
            <SearchField
              shortcut
              label={t("orders.search.label")}
              placeholder={t("orders.search")}
              value={q}
              onValue={setQ}
            />
          </div>
        )}
        {(asked || counts.value || counts.failed) && (
          <OrdersList
            filter={{ side, tab, q: settled }}
            empty={none}
            onChange={counts.ask}
            onCreate={() => setCreating(true)}
            onClear={() => {
              setQ("");
              reach("search");
            }}
            all={place("all")}
          />
        )}
      </div>
      {creating && <CreateOrder side={side} onClose={() => setCreating(false)} />}
    </Page>
  );
}

/** The counts of the tabs; `ask` reads them again, once for several changes that come together. */
function useCounts(side: Side) {
  const [value, setValue] = useState<OrderCounts | null>(null);
  const [failed, setFailed] = useState(false);
  const timer = useRef(0);
  const read = () =>
    api
      .get<OrderCounts>("/api/orders/counts", { side })
      .then(setValue)
      .catch(() => setFailed(true));
  const ask = () => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(read, 250);
  };
  useEffect(() => {
    void read();
    return () => clearTimeout(timer.current);
  }, [side]);
  return { value, failed, ask };
}

function Tabs(props: {
  tab: OrderTab;
  counts: OrderCounts | null;
  place: (tab: OrderTab) => string;
}): JSX.Element {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    const here = strip.current?.querySelector<HTMLElement>("[aria-current]");
    if (here && strip.current) strip.current.scrollLeft = here.offsetLeft - 48;
  }, [props.tab, props.counts]);
  return (
    <nav class="tabs" aria-label={t("orders.tabs")} ref={strip}>
      {TABS.map((tab) => {
        const count = props.counts?.[tab] ?? 0;
        return (
          <a
            key={tab}
            href={props.place(tab)}
            class="tab"
            aria-current={tab === props.tab ? "page" : undefined}
          >
            {t(`orders.tab.${tab}`)}
            {count > 0 && <span class={tab === "mine" ? "count loud" : "count"}>{counted(count)}</span>}
          </a>
        );
      })}
    </nav>
  );
}

/** The server counts to 1,000. */
function counted(count: number): string {
  return count > 999 ? "999+" : String(count);
}

interface ListProps {
  filter: Filter;
  empty: boolean;
  all: string;
  onChange: () => void;
  onCreate: () => void;
  onClear: () => void;
}

function OrdersList({ filter, empty, all, onChange, onCreate, onClear }: ListProps): JSX.Element {
  const list = useList<OrderRow>("/api/orders", queryOf(filter));
  const unsent = useUnsent(filter.side);
  const [isUnsentOnly, setUnsentOnly] = useState(false);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [news, setNews] = useState("");
  const body = useFlip(list.items.map((row) => row.id).join());
  const standing = useLiveRows({
    onRow: (row) => {
      list.change((items) => withRow(items, row, filter));
      setFresh(new Set([row.id]));
      if (row.side === filter.side) setNews(newsOf(row));
      onChange();
    },
    onReturn: () => {
      list.retry();
      onChange();
      // The part of the application that opens orders is fetched when it is needed.
      void import("../../sync/sender").then(({ sendUnsent }) => sendUnsent(me.value?.user.id ?? ""));
    },
  });
  const none = list.items.length === 0;
  return (
    <>
      <Paused isStanding={standing} />
      <p class="unseen" aria-live="polite">
        {news || (list.state === "ready" ? t("orders.found", { count: list.items.length }) : "")}
      </p>
      <UnsentOrders unsent={unsent} isChosen={isUnsentOnly} onChoose={setUnsentOnly} />
      {list.state === "failed" && none && <Unread problem={list.problem} onRetry={list.retry} />}
      {(!none || (list.state === "loading" && !empty)) && !(isUnsentOnly && unsent.length > 0) && (
        <Table
          label={t(filter.side === "supplier" ? "menu.orders" : "menu.purchases")}
          class={list.state === "loading" && !none ? "orders-table stale" : "orders-table"}
          columns={orderColumns(filter.side, unsent)}
          rows={list.items}
          id={(row) => row.id}
          opens
          fresh={fresh}
          bodyRef={body}
        />
      )}
      {list.state === "ready" && none && !list.next && (
        <OrdersEmpty {...{ filter, empty, all, onCreate, onClear }} />
      )}
      <More next={list.next} state={list.state} onMore={list.more} />
    </>
  );
}

function newsOf(row: OrderRow): string {
  const number = row.number ?? row.party.name;
  return t("orders.live.changed", { number, status: t(`status.${row.status}`).toLowerCase() });
}
