import type { JSX } from "preact";
import { useState } from "preact/hooks";
import "../lists/listing.css";
import { api } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { Member, Role } from "../../api/shapes";
import { undone } from "../../app/form";
import { useList } from "../../app/load";
import { Page } from "../../app/Page";
import { may, me } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Avatar, Badge } from "../../design/Badge";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Empty";
import { SelectField } from "../../design/Field";
import { Icon } from "../../design/icons";
import { Menu } from "../../design/Menu";
import { type Column, Table } from "../../design/Table";
import { say } from "../../design/Toast";
import { asOf } from "../../offline/answers";
import { ago, t } from "../../words";
import { InviteMember } from "./InviteMember";

const ROLES: readonly Role[] = ["viewer", "standard", "manager"];

/** The people of one's company. Managers invite, give roles and take access away. */
export function Team(): JSX.Element {
  const list = useList<Member>("/api/team", {});
  const [inviting, setInviting] = useState(false);
  const manager = may("manager");
  const isAway = asOf.value !== null;
  const mayChange = manager && !isAway;
  const change = async (member: Member, part: Partial<Member>) => {
    try {
      const changed = await api.patch<Member>(`/api/team/${member.id}`, part);
      list.change((items) => items.map((one) => (one.id === changed.id ? changed : one)));
      say(t("team.changed", { name: member.name }));
    } catch (cause) {
      list.change((items) => items.map((one) => ({ ...one })));
      say(undone(asProblem(cause)));
    }
  };
  const invite = mayChange && list.items.length > 0 && (
    <Button look="primary" icon="plus" shortcut onClick={() => setInviting(true)}>
      {t("team.invite")}
    </Button>
  );
  return (
    <Page narrow title={t("menu.team")} actions={invite}>
      {!manager && <Notice>{t("team.readonly")}</Notice>}
      {manager && isAway && <Notice>{t("team.away")}</Notice>}
      <div class="card listing">
        {list.items.length === 0 && list.state === "failed" ? (
          <Unread problem={list.problem} onRetry={list.retry} />
        ) : (
          <Table
            label={t("menu.team")}
            class="team-table"
            columns={columns(mayChange, change)}
            rows={list.items}
            id={(member) => member.id}
          />
        )}
      </div>
      {inviting && (
        <InviteMember
          onClose={() => setInviting(false)}
          onInvited={(member) => {
            list.change((items) => [...items, member]);
            setInviting(false);
            say(t("team.invited", { email: member.email }));
          }}
        />
      )}
    </Page>
  );
}

type Change = (member: Member, part: Partial<Member>) => Promise<void>;

function columns(mayChange: boolean, change: Change): Column<Member>[] {
  return [
    { key: "person", header: t("team.column.person"), cell: (member) => <Person member={member} /> },
    {
      key: "role",
      header: t("team.column.role"),
      named: true,
      cell: (member) =>
        mayChange && member.active ? (
          <SelectField<Role>
            bare
            label={`${t("team.role")}, ${member.name}`}
            value={member.role}
            choices={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            onValue={(role) => void change(member, { role })}
          />
        ) : (
          <span class="quiet">{t(`role.${member.role}`)}</span>
        ),
    },
    {
      key: "seen",
      header: t("team.column.seen"),
      named: true,
      cell: ({ last_seen }) => (
        <span class="quiet small">{last_seen ? ago(last_seen) : t("team.never")}</span>
      ),
    },
    {
      key: "actions",
      header: t("team.column.access"),
      bare: true,
      cell: (member) => mayChange && <MemberMenu member={member} change={change} />,
    },
  ];
}

function Person({ member }: { member: Member }): JSX.Element {
  const self = member.id === me.value?.user.id;
  return (
    <div class="named">
      <Avatar name={member.name} />
      <div>
        <div class="bar">
          <span class="strong">{member.name}</span>
          {self && <span class="faint small">({t("team.you")})</span>}
          {!member.active && <Badge>{t("team.off")}</Badge>}
        </div>
        <div class="quiet small clip">{member.email}</div>
      </div>
    </div>
  );
}

function MemberMenu({ member, change }: { member: Member; change: Change }): JSX.Element {
  return (
    <Menu label={t("team.actions", { name: member.name })} trigger={<Icon name="more" />}>
      {(close) => (
        <button
          type="button"
          role="menuitem"
          onClick={() => {
            close();
            void change(member, { active: !member.active });
          }}
        >
          {t(member.active ? "team.turn_off" : "team.turn_on")}
        </button>
      )}
    </Menu>
  );
}
