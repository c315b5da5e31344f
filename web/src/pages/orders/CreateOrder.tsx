import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import "./create.css";
import { api } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import type { Party, PartyFile, Side } from "../../api/shapes";
import { useList, useLoad, useSettled } from "../../app/load";
import { ProblemNotice } from "../../app/Page";
import { me } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Avatar } from "../../design/Badge";
import { Button, ButtonLink } from "../../design/Button";
import { Combobox } from "../../design/Combobox";
import { Dialog } from "../../design/Dialog";
import { Empty, Loading } from "../../design/Empty";
import { beginHere } from "../../offline/begin";
import { language, t } from "../../words";
import { keepRecent, recentFirst, recentIds } from "../companies/recent";

/** Choose the other company; the order is made and opened. `side` is one's own. */
export function CreateOrder({ side, onClose }: { side: Side; onClose: () => void }): JSX.Element {
  const { route } = useLocation();
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<Party | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const noun = side === "supplier" ? "clients" : "suppliers";
  const settled = useSettled(q.trim());
  const list = useList<Party>(`/api/${noun}`, { q: settled, limit: 50 });
  const parties = recentFirst(list.items, recentIds(side));
  const create = async (party: Party) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = side === "supplier" ? { client_id: party.id } : { supplier_id: party.id };
      const made = await api.post<{ id: string }>("/api/orders", body);
      keepRecent(side, party.id);
      onClose();
      route(`/orders/${made.id}`);
    } catch (cause) {
      const problem = asProblem(cause);
      const begun = problem.code === "offline" && me.value ? await beginHere(me.value, side, party) : null;
      if (begun) {
        onClose();
        route(`/orders/${begun}`);
        return;
      }
      setProblem(problem);
      setBusy(false);
    }
  };
  const nobody = list.state === "ready" && settled === "" && list.items.length === 0;
  return (
    <Dialog large title={t(side === "supplier" ? "create.title" : "create.title.purchase")} onClose={onClose}>
      <div class="body create">
        <ProblemNotice problem={problem} />
        {list.state === "failed" && <Unread problem={list.problem} onRetry={list.retry} />}
        {nobody && <Nobody side={side} />}
        {!nobody && list.state !== "failed" && (
          <div class="create-columns">
            <div class="stack-s">
              <Combobox
                label={t(side === "supplier" ? "create.client" : "create.supplier")}
                placeholder={t("create.search")}
                query={q}
                onQuery={setQ}
                items={parties}
                id={(party) => party.id}
                draw={(party) => <PartyOption party={party} />}
                onActive={setChosen}
                onChoose={(party) => void create(party)}
              />
              {list.state === "loading" && list.items.length === 0 && <Loading />}
              {list.state === "ready" && list.items.length === 0 && (
                <p class="quiet create-none" role="status">
                  {t(side === "supplier" ? "create.none" : "create.none.supplier")}
                </p>
              )}
              <a class="line-link small" href={`/${noun}/new`}>
                {t(side === "supplier" ? "create.new_client" : "create.new_supplier")}
              </a>
            </div>
            {chosen && <Preview key={chosen.id} noun={noun} party={chosen} />}
          </div>
        )}
      </div>
      <footer>
        <span class="faint small create-keys">{t("create.keys")}</span>
        <Button onClick={onClose}>{t("do.cancel")}</Button>
        <Button
          look="primary"
          busy={busy}
          disabled={!chosen || nobody}
          onClick={() => chosen && void create(chosen)}
        >
          {t("create.do")}
        </Button>
      </footer>
    </Dialog>
  );
}

function Nobody({ side }: { side: Side }): JSX.Element {
  const supplier = side === "supplier";
  return (
    <Empty
      icon={supplier ? "clients" : "suppliers"}
      title={t(supplier ? "clients.empty.title" : "suppliers.empty.title")}
      lead={t(supplier ? "create.no_client" : "create.no_supplier")}
    >
      <ButtonLink look="primary" icon="plus" href={supplier ? "/clients/new" : "/suppliers/new"}>
        {t(supplier ? "create.new_client" : "create.new_supplier")}
      </ButtonLink>
    </Empty>
  );
}

function PartyOption({ party }: { party: Party }): JSX.Element {
  const facts = [party.number, party.city, party.contact?.name].filter(Boolean).join(" · ");
  return (
    <>
      <Avatar square name={party.name} />
      <div>
        <div class="strong clip">{party.name}</div>
        <div class="quiet small clip">{facts}</div>
      </div>
    </>
  );
}

/** In French the province stands between parentheses after the city, as on the order. */
function placeIn({ city, region }: { city: string; region: string }): string {
  return language.value === "fr" && city && region ? `${city} (${region})` : `${city} ${region}`.trim();
}

/** What the order will be filled with, from the file of the company chosen. */
function Preview({ noun, party }: { noun: string; party: Party }): JSX.Element {
  const { loaded } = useLoad<PartyFile>(`/api/${noun}/${party.id}`);
  if (loaded.state !== "ready") return <div class="create-preview" aria-hidden="true" />;
  const file = loaded.value;
  const address = file.addresses.find((one) => one.kind !== "billing") ?? file.addresses[0];
  const contact = file.contacts[0];
  return (
    <dl class="create-preview">
      {noun === "clients" && address && (
        <div>
          <dt>{t("create.deliver")}</dt>
          <dd>
            {[address.label, address.street, `${placeIn(address)} ${address.postal_code}`.trim()]
              .filter(Boolean)
              .map((line) => (
                <div key={line}>{line}</div>
              ))}
          </dd>
        </div>
      )}
      {contact && (
        <div>
          <dt>{t("create.contact")}</dt>
          <dd>
            <div>{contact.name}</div>
            <div class="quiet">{contact.email || contact.phone}</div>
          </dd>
        </div>
      )}
      {file.payment_terms && (
        <div>
          <dt>{t("create.terms")}</dt>
          <dd>{file.payment_terms}</dd>
        </div>
      )}
    </dl>
  );
}
