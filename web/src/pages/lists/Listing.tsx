import type { ComponentChildren, JSX } from "preact";
import "./listing.css";
import { reach } from "../../app/keys";
import type { List } from "../../app/load";
import { Unread } from "../../app/Unread";
import { Button } from "../../design/Button";
import { Empty } from "../../design/Empty";
import { SearchField } from "../../design/Search";
import { type Column, Table } from "../../design/Table";
import { t } from "../../words";
import { More } from "./More";

/** A searched list in a card: waiting, failed, empty, missed or full. The children say what to do when it is empty. */
export function Listing<Row>(props: {
  list: List<Row> & { more: () => Promise<void>; retry: () => void };
  label: string;
  q: string;
  settled: string;
  onQ: (q: string) => void;
  search: { label: string; placeholder: string };
  tools?: ComponentChildren;
  table: string;
  columns: readonly Column<Row>[];
  id: (row: Row) => string;
  miss: string;
  children: ComponentChildren;
}): JSX.Element {
  const { list } = props;
  const none = list.items.length === 0;
  const nothing = list.state === "ready" && none && !props.settled && !props.q;
  return (
    <div class="card listing">
      {!nothing && (
        <div class="listing-tools">
          <SearchField shortcut {...props.search} value={props.q} onValue={props.onQ} />
          {props.tools}
        </div>
      )}
      {none && list.state === "failed" && <Unread problem={list.problem} onRetry={list.retry} />}
      {none &&
        list.state === "ready" &&
        (nothing ? (
          props.children
        ) : (
          <Empty icon="search" title={props.miss} lead="">
            <Button
              onClick={() => {
                props.onQ("");
                reach("search");
              }}
            >
              {t("do.clear")}
            </Button>
          </Empty>
        ))}
      {(!none || list.state === "loading") && (
        <Table
          label={props.label}
          class={list.state === "loading" && !none ? `${props.table} stale` : props.table}
          columns={props.columns}
          rows={list.items}
          id={props.id}
          opens
        />
      )}
      <More next={list.next} state={list.state} onMore={list.more} />
    </div>
  );
}
