import type { JSX } from "preact";
import { useState } from "preact/hooks";
import "./lists/listing.css";
import "./mails.css";
import type { Mail } from "../api/shapes";
import { useList } from "../app/load";
import { Page } from "../app/Page";
import { Unread } from "../app/Unread";
import { ButtonLink } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Empty } from "../design/Empty";
import { type Column, Table } from "../design/Table";
import { ago, moment, t } from "../words";
import { More } from "./lists/More";

/** What the demonstration would have sent. */
export function Mails(): JSX.Element {
  const list = useList<Mail>("/api/mails", {});
  const [open, setOpen] = useState<Mail | null>(null);
  const none = list.items.length === 0;
  return (
    <Page title={t("mails.title")} lead={t("mails.lead")}>
      <div class="card listing">
        {none && list.state === "failed" && <Unread problem={list.problem} onRetry={list.retry} />}
        {none && list.state === "ready" && (
          <Empty icon="mails" title={t("mails.empty.title")} lead={t("mails.empty.lead")}>
            <ButtonLink look="primary" href="/">
              {t("mails.empty.do")}
            </ButtonLink>
          </Empty>
        )}
        {(!none || list.state === "loading") && (
          <Table
            label={t("mails.title")}
            class="mails-table"
            columns={columns(setOpen)}
            rows={list.items}
            id={(mail) => mail.id}
            opens
          />
        )}
        <More next={list.next} state={list.state} onMore={list.more} />
      </div>
      {open && <Letter mail={open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function columns(onOpen: (mail: Mail) => void): Column<Mail>[] {
  return [
    {
      key: "to",
      header: t("mails.column.to"),
      named: true,
      cell: ({ to }) => <div class="quiet clip">{to}</div>,
    },
    {
      key: "subject",
      header: t("mails.column.subject"),
      cell: (mail) => (
        <button
          type="button"
          class="row-link letter-link"
          aria-label={t("mails.open", { subject: mail.subject })}
          onClick={() => onOpen(mail)}
        >
          {mail.subject}
        </button>
      ),
    },
    {
      key: "at",
      header: t("mails.column.at"),
      figure: true,
      cell: ({ at }) => (
        <span class="quiet small" title={moment(at)}>
          {ago(at)}
        </span>
      ),
    },
  ];
}

/** The mail as its reader sees it. Its page allows nothing but its own styles and its links. */
function Letter({ mail, onClose }: { mail: Mail; onClose: () => void }): JSX.Element {
  return (
    <Dialog large title={mail.subject} onClose={onClose}>
      <div class="letter-head quiet small">
        {t("mails.column.to")} {mail.to}
        {"\u00a0· "}
        {moment(mail.at)}
      </div>
      <iframe
        class="letter"
        title={mail.subject}
        src={`/api/mails/${mail.id}`}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
      />
    </Dialog>
  );
}
