import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import type { PartyFile } from "../../api/shapes";
import { sentence, useForm } from "../../app/form";
import { useLoad } from "../../app/load";
import { Page, ProblemNotice } from "../../app/Page";
import { may } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Badge } from "../../design/Badge";
import { Button } from "../../design/Button";
import { Loading, Notice } from "../../design/Empty";
import { TextArea, TextField } from "../../design/Field";
import { say } from "../../design/Toast";
import { t } from "../../words";
import { FormFoot } from "../forms/FormFoot";
import { goUnlessUnsaved } from "../forms/Unsaved";
import { Missing } from "../Missing";
import { GeneralFields, TermsFields } from "./CompanyFields";
import { factsOf, withoutBlanks } from "./companyFile";
import { AddressesFields, ContactsFields } from "./PlacesFields";
import { keepRecent } from "./recent";

type Noun = "clients" | "suppliers";
type Params = { params?: { id?: string } };

export function Client({ params }: Params): JSX.Element {
  return <PartyPage key={params?.id} noun="clients" id={params?.id ?? ""} />;
}

export function Supplier({ params }: Params): JSX.Element {
  return <PartyPage key={params?.id} noun="suppliers" id={params?.id ?? ""} />;
}

function PartyPage({ noun, id }: { noun: Noun; id: string }): JSX.Element {
  const { loaded, put, retry } = useLoad<PartyFile>(`/api/${noun}/${id}`);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") {
    if (loaded.problem.status === 404) return <Missing />;
    return <Unread problem={loaded.problem} onRetry={retry} />;
  }
  return <PartyForm noun={noun} file={loaded.value} onFile={put} />;
}

interface FormProps {
  noun: Noun;
  file: PartyFile;
  onFile: (file: PartyFile) => void;
}

function PartyForm({ noun, file, onFile }: FormProps): JSX.Element {
  const supplying = noun === "clients";
  const form = useForm({ ...factsOf(file), number: file.number, note: file.note }, async (values) => {
    const { number, note } = values;
    const { payment_terms, ...facts } = withoutBlanks(values);
    const ours = supplying ? { number, note, payment_terms } : { number, note };
    const changed = await api.patch<PartyFile>(
      `/api/${noun}/${file.id}`,
      file.editable ? { ...facts, ...ours } : ours,
    );
    onFile(changed);
    form.set({ ...factsOf(changed) });
    say(t("saved"));
  });
  const { values, faults, set } = form;
  const closed = !may("standard");
  const fields = { values, faults, set, readOnly: closed || !file.editable };
  return (
    <Page
      narrow
      title={file.name}
      back={{ href: `/${noun}`, label: t(`menu.${noun}`) }}
      actions={<PartyActions noun={noun} file={file} onFile={onFile} />}
    >
      {!file.editable && <Notice>{t("client.owned", { name: file.name })}</Notice>}
      <ProblemNotice problem={form.problem} />
      <form class="stack" {...form.props}>
        <section class="card padded stack">
          <h2>{t("client.relation")}</h2>
          <div class="two">
            <TextField
              label={t(supplying ? "client.number" : "supplier.number")}
              {...(supplying && { hint: t("client.number.hint") })}
              readOnly={closed}
              value={values.number}
              fault={faults.number}
              onValue={(number) => set({ number })}
            />
            <TextField
              label={t("company.payment_terms")}
              {...(supplying && { hint: t("company.payment_terms.hint") })}
              readOnly={closed || !supplying}
              value={values.payment_terms}
              fault={faults.payment_terms}
              onValue={(payment_terms) => set({ payment_terms })}
            />
          </div>
          <TextArea
            label={t("party.note")}
            hint={t("party.note.hint")}
            readOnly={closed}
            value={values.note}
            fault={faults.note}
            onValue={(note) => set({ note })}
          />
        </section>
        <ContactsFields {...fields} />
        <AddressesFields {...fields} />
        <GeneralFields {...fields} />
        <TermsFields {...fields} paymentTerms={false} />
        {!closed && <FormFoot form={form} />}
      </form>
    </Page>
  );
}

function PartyActions({ noun, file, onFile }: FormProps): JSX.Element | null {
  const { route } = useLocation();
  const invitation = useForm({}, async () => {
    await api.post(`/api/${noun}/${file.id}/invitation`);
    onFile({ ...file, state: "invited" });
    say(t("client.invited"));
  });
  const supplying = noun === "clients";
  const order = useForm({}, async () => {
    const other = supplying ? { client_id: file.id } : { supplier_id: file.id };
    const made = await api.post<{ id: string }>("/api/orders", other);
    keepRecent(supplying ? "supplier" : "client", file.id);
    route(`/orders/${made.id}`);
  });
  if (!may("standard")) return null;
  const begin = (event: Event) => {
    event.preventDefault();
    goUnlessUnsaved(() => order.props.onSubmit(event));
  };
  return (
    <>
      {file.state !== "active" && <Badge>{t(`party.${file.state}`)}</Badge>}
      {file.state !== "active" && (
        <form class="bar" {...invitation.props}>
          {invitation.problem && <span class="small danger-text">{sentence(invitation.problem)}</span>}
          <Button type="submit" icon="mails" busy={invitation.busy}>
            {t(file.state === "invited" ? "client.invite.again" : "client.invite.do")}
          </Button>
        </form>
      )}
      <form class="bar" {...order.props} onSubmit={begin}>
        {order.problem && <span class="small danger-text">{sentence(order.problem)}</span>}
        <Button type="submit" look="primary" icon="plus" shortcut busy={order.busy}>
          {t(supplying ? "client.order" : "supplier.order")}
        </Button>
      </form>
    </>
  );
}
