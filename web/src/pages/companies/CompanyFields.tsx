import type { JSX } from "preact";
import "../forms/form.css";
import type { CompanyFacts, Language } from "../../api/shapes";
import type { Faults } from "../../app/form";
import { Segments, SelectField, TextField } from "../../design/Field";
import { t } from "../../words";
import { Rows } from "../forms/Rows";
import { CURRENCIES, REGIONS, SCHEMES, schemeName } from "./companyFile";

export interface FieldsProps {
  values: CompanyFacts;
  faults: Faults;
  set: (change: Partial<CompanyFacts>) => void;
  readOnly?: boolean;
}

/** A company's own facts: names, ways to reach it, registrations. */
export function GeneralFields({ values, faults, set, readOnly = false }: FieldsProps): JSX.Element {
  const text = (name: "legal_name" | "phone" | "website") => ({
    label: t(`company.${name}`),
    value: values[name],
    fault: faults[name],
    readOnly,
    onValue: (value: string) => set({ [name]: value }),
  });
  return (
    <section class="card padded stack">
      <h2>{t("company.general")}</h2>
      <div class="two">
        <TextField
          label={t("company.name")}
          required
          readOnly={readOnly}
          autoComplete="organization"
          value={values.name}
          fault={faults.name}
          onValue={(name) => set({ name })}
        />
        <TextField {...text("legal_name")} optional />
        <TextField {...text("phone")} type="tel" optional />
        <TextField
          label={t("company.email")}
          type="email"
          optional
          readOnly={readOnly}
          value={values.email}
          fault={faults.email}
          onValue={(email) => set({ email })}
        />
        <TextField {...text("website")} optional />
        <Segments<Language>
          label={t("company.language")}
          value={values.language}
          disabled={readOnly}
          choices={[
            { value: "fr", label: t("language.fr") },
            { value: "en", label: t("language.en") },
          ]}
          onValue={(language) => set({ language })}
        />
      </div>
      <Registrations values={values} faults={faults} set={set} readOnly={readOnly} />
    </section>
  );
}

function Registrations({ values, faults, set, readOnly = false }: FieldsProps): JSX.Element {
  return (
    <Rows
      title={t("company.registrations")}
      add={t("company.registration.add")}
      rows={values.registrations}
      blank={() => ({ scheme: "TPS", value: "" })}
      onRows={(registrations) => set({ registrations })}
      readOnly={readOnly}
      row={(one, index, change) => (
        <div class="registration">
          <SelectField
            bare
            label={t("company.registration.scheme")}
            disabled={readOnly}
            value={one.scheme}
            fault={faults[`registrations.${index}.scheme`]}
            choices={[...new Set([...SCHEMES, one.scheme])].map((value) => ({
              value,
              label: schemeName(value),
            }))}
            onValue={(scheme) => change({ scheme })}
          />
          <TextField
            bare
            label={`${t("company.registration.value")} ${schemeName(one.scheme)}`}
            readOnly={readOnly}
            value={one.value}
            fault={faults[`registrations.${index}.value`]}
            onValue={(value) => change({ value })}
          />
        </div>
      )}
    />
  );
}

export function TermsFields(props: FieldsProps & { paymentTerms: boolean }): JSX.Element {
  const { values, faults, set, readOnly = false } = props;
  return (
    <section class="card padded stack">
      <h2>{t("company.terms")}</h2>
      <div class="two">
        {props.paymentTerms && (
          <TextField
            label={t("company.payment_terms")}
            hint={readOnly ? undefined : t("company.payment_terms.hint")}
            readOnly={readOnly}
            value={values.payment_terms}
            fault={faults.payment_terms}
            onValue={(payment_terms) => set({ payment_terms })}
          />
        )}
        <SelectField
          label={t("company.currency")}
          disabled={readOnly}
          value={values.currency}
          fault={faults.currency}
          choices={[...new Set([...CURRENCIES, values.currency])].map((value) => ({ value, label: value }))}
          onValue={(currency) => set({ currency })}
        />
        <SelectField
          label={t("company.region")}
          disabled={readOnly}
          value={values.region}
          fault={faults.region}
          choices={[
            ...[...new Set([...REGIONS, values.region])]
              .filter(Boolean)
              .map((value) => ({ value, label: value })),
            { value: "", label: "—" },
          ]}
          onValue={(region) => set({ region })}
        />
      </div>
    </section>
  );
}
