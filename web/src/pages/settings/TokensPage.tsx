import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "../lists/listing.css";
import { api } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { NewToken, Token } from "../../api/shapes";
import { undone } from "../../app/form";
import { useList } from "../../app/load";
import { may } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Button, ButtonLink } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Empty, Loading, Notice } from "../../design/Empty";
import { StayOrGo } from "../../design/StayOrGo";
import { type Column, Table } from "../../design/Table";
import { say } from "../../design/Toast";
import { ago, moment, t } from "../../words";
import { CreateToken } from "./CreateToken";
import { Settings } from "./Settings";

/** The tokens by which the company's programs sign in; another than a manager is told who sees them. */
export function Tokens(): JSX.Element {
  if (may("manager")) return <All />;
  return (
    <Settings>
      <div class="card">
        <Empty icon="key" title={t("tokens.readonly")} lead="">
          <ButtonLink href="/team">{t("team.see")}</ButtonLink>
        </Empty>
      </div>
    </Settings>
  );
}

function All(): JSX.Element {
  const list = useList<Token>("/api/tokens", {});
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const [leaving, setLeaving] = useState<Token | null>(null);
  const revoke = async (token: Token) => {
    try {
      await api.remove(`/api/tokens/${token.id}`);
      list.change((items) => items.filter((one) => one.id !== token.id));
      say(t("tokens.revoked"));
    } catch (cause) {
      say(undone(asProblem(cause)));
    }
  };
  const create = (
    <Button look="primary" icon="plus" shortcut onClick={() => setCreating(true)}>
      {t("tokens.new")}
    </Button>
  );
  const none = list.items.length === 0;
  return (
    <Settings actions={!none && create}>
      <p class="quiet">{t("tokens.lead")}</p>
      {made && <Secret made={made} />}
      <div class="card listing">
        {none && list.state === "failed" && <Unread problem={list.problem} onRetry={list.retry} />}
        {none && list.state === "ready" && (
          <Empty icon="key" title={t("tokens.empty.title")} lead={t("tokens.empty.lead")}>
            {create}
          </Empty>
        )}
        {none && list.state === "loading" && <Loading />}
        {!none && (
          <Table
            label={t("settings.tokens")}
            class="tokens-table"
            columns={columns(setLeaving)}
            rows={list.items}
            id={(token) => token.id}
          />
        )}
      </div>
      {leaving && (
        <Revocation token={leaving} onClose={() => setLeaving(null)} onRevoke={() => void revoke(leaving)} />
      )}
      {creating && (
        <CreateToken
          onClose={() => setCreating(false)}
          onMade={(token) => {
            setMade(token);
            setCreating(false);
            list.change((items) => [token, ...items]);
          }}
        />
      )}
    </Settings>
  );
}

/** Asks before a program is shut out, which nothing brings back. */
function Revocation(props: { token: Token; onClose: () => void; onRevoke: () => void }): JSX.Element {
  const go = () => {
    props.onClose();
    props.onRevoke();
  };
  return (
    <Dialog title={t("tokens.revoke.title", { name: props.token.name })} onClose={props.onClose}>
      <p class="body">{t("tokens.revoke.lead")}</p>
      <StayOrGo go={t("tokens.revoke")} stay={t("tokens.keep")} onGo={go} onStay={props.onClose} />
    </Dialog>
  );
}

function Secret({ made }: { made: NewToken }): JSX.Element {
  const section = useRef<HTMLDivElement>(null);
  // What one came for: it is to be copied before anything else.
  useEffect(() => section.current?.querySelector("button")?.focus(), [made]);
  const copy = () => void navigator.clipboard?.writeText(made.token).then(() => say(t("copied")));
  return (
    <Notice look="good">
      <div class="stack-s" ref={section}>
        <strong>{t("tokens.yours", { name: made.name })}</strong>
        <code class="token">{made.token}</code>
        <span>{t("tokens.once")}</span>
        <div>
          <Button small icon="copy" onClick={copy}>
            {t("do.copy")}
          </Button>
        </div>
      </div>
    </Notice>
  );
}

function columns(ask: (token: Token) => void): Column<Token>[] {
  return [
    { key: "name", header: t("tokens.column.name"), cell: ({ name }) => <span class="strong">{name}</span> },
    {
      key: "scopes",
      header: t("tokens.column.scopes"),
      named: true,
      cell: ({ scopes }) => (
        <span class="quiet">{scopes.map((scope) => t(`tokens.scope.${scope}`)).join(", ")}</span>
      ),
    },
    {
      key: "used",
      header: t("tokens.column.used"),
      named: true,
      cell: ({ last_used }) => <span class="quiet">{last_used ? ago(last_used) : t("tokens.unused")}</span>,
    },
    {
      key: "ends",
      header: t("tokens.column.ends"),
      named: true,
      cell: ({ expires_at }) => (
        <span class="quiet">{expires_at ? moment(expires_at) : t("tokens.days.ever")}</span>
      ),
    },
    {
      key: "actions",
      header: t("tokens.revoke"),
      bare: true,
      figure: true,
      cell: (token) => (
        <Button small aria-label={`${t("tokens.revoke")} (${token.name})`} onClick={() => ask(token)}>
          {t("tokens.revoke")}
        </Button>
      ),
    },
  ];
}
