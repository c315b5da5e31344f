import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import { required, useForm } from "../../app/form";
import { Page, ProblemNotice } from "../../app/Page";
import { may } from "../../app/session";
import { CheckField, TextField } from "../../design/Field";
import { say } from "../../design/Toast";
import { t } from "../../words";
import { FormFoot } from "../forms/FormFoot";
import { ReadOnly } from "../forms/ReadOnly";
import { GeneralFields, TermsFields } from "./CompanyFields";
import { newCompany, newContact, withoutBlanks } from "./companyFile";
import { AddressesFields, ContactsFields } from "./PlacesFields";

type Noun = "clients" | "suppliers";

export function NewClient(): JSX.Element {
  return may("standard") ? <NewPartyPage noun="clients" /> : <ReadOnly noun="clients" />;
}

export function NewSupplier(): JSX.Element {
  return may("standard") ? <NewPartyPage noun="suppliers" /> : <ReadOnly noun="suppliers" />;
}

function NewPartyPage({ noun }: { noun: Noun }): JSX.Element {
  const { route } = useLocation();
  const supplying = noun === "clients";
  const form = useForm(
    { ...newCompany(), contacts: [newContact()], number: "", invite: true },
    async (values) => {
      const { payment_terms, ...facts } = withoutBlanks(values);
      const reachable = facts.email !== "" || facts.contacts.some((one) => one.email !== "");
      const body = { ...facts, ...(supplying && { payment_terms }), invite: values.invite && reachable };
      const added = await api.post<{ id: string }>(`/api/${noun}`, body);
      say(t(supplying ? "client.added" : "supplier.added"));
      route(`/${noun}/${added.id}`, true);
    },
    (values) => required(values, "name"),
  );
  const { values, faults, set } = form;
  const fields = { values, faults, set };
  return (
    <Page
      narrow
      title={t(supplying ? "client.new.title" : "supplier.new.title")}
      lead={t("client.new.lead")}
      back={{ href: `/${noun}`, label: t(`menu.${noun}`) }}
    >
      <ProblemNotice problem={form.problem} />
      <form class="stack" {...form.props}>
        <GeneralFields {...fields} />
        <ContactsFields {...fields} />
        <section class="card padded">
          <CheckField
            label={t("client.invite")}
            hint={t("client.invite.hint")}
            value={values.invite}
            onValue={(invite) => set({ invite })}
          />
        </section>
        <AddressesFields {...fields} />
        <section class="card padded">
          <TextField
            label={t(supplying ? "client.number" : "supplier.number")}
            optional
            value={values.number}
            fault={faults.number}
            onValue={(number) => set({ number })}
          />
        </section>
        <TermsFields {...fields} paymentTerms={supplying} />
        <FormFoot form={form} adds away={`/${noun}`} />
      </form>
    </Page>
  );
}
