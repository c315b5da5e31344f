import type { JSX } from "preact";
import { api } from "../../api/client";
import type { CompanyFile } from "../../api/shapes";
import { required, useForm } from "../../app/form";
import { useLoad } from "../../app/load";
import { ProblemNotice } from "../../app/Page";
import { may, me, signedIn } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Loading, Notice } from "../../design/Empty";
import { say } from "../../design/Toast";
import { t } from "../../words";
import { GeneralFields, TermsFields } from "../companies/CompanyFields";
import { factsOf, withoutBlanks } from "../companies/companyFile";
import { AddressesFields, ContactsFields } from "../companies/PlacesFields";
import { FormFoot } from "../forms/FormFoot";
import { Settings } from "./Settings";

export function OwnCompany(): JSX.Element {
  const { loaded, retry } = useLoad<CompanyFile>("/api/company");
  return (
    <Settings>
      {loaded.state === "loading" && <Loading />}
      {loaded.state === "failed" && <Unread problem={loaded.problem} onRetry={retry} />}
      {loaded.state === "ready" && <CompanyForm file={loaded.value} />}
    </Settings>
  );
}

function CompanyForm({ file }: { file: CompanyFile }): JSX.Element {
  const form = useForm(
    factsOf(file),
    async (values) => {
      const kept = await api.patch<CompanyFile>("/api/company", withoutBlanks(values));
      form.set(factsOf(kept));
      const present = me.value;
      const { name, currency } = kept;
      if (present) signedIn({ ...present, company: { ...present.company, name, currency } });
      say(t("saved"));
    },
    (values) => required(values, "name"),
  );
  const readOnly = !may("manager");
  const fields = { values: form.values, faults: form.faults, set: form.set, readOnly };
  return (
    <form class="stack" {...form.props}>
      {readOnly && <Notice>{t("company.readonly")}</Notice>}
      <ProblemNotice problem={form.problem} />
      <GeneralFields {...fields} />
      <AddressesFields {...fields} />
      <ContactsFields {...fields} />
      <TermsFields {...fields} paymentTerms />
      {!readOnly && <FormFoot form={form} />}
    </form>
  );
}
