import type { JSX } from "preact";
import type { Address, AddressKind, Contact } from "../../api/shapes";
import type { Faults } from "../../app/form";
import { SelectField, TextField } from "../../design/Field";
import { countryName, t } from "../../words";
import { Rows } from "../forms/Rows";
import type { FieldsProps } from "./CompanyFields";
import { COUNTRIES, newAddress, newContact } from "./companyFile";

const KINDS: readonly AddressKind[] = ["both", "delivery", "billing"];

interface RowProps<Row> {
  row: Row;
  path: string;
  faults: Faults;
  readOnly: boolean;
  change: (part: Partial<Row>) => void;
}

export function AddressesFields({ values, faults, set, readOnly = false }: FieldsProps): JSX.Element {
  return (
    <section class="card padded">
      <Rows
        title={t("company.addresses")}
        add={t("company.address.add")}
        empty={t("company.addresses.empty")}
        rows={values.addresses}
        blank={newAddress}
        readOnly={readOnly}
        onRows={(addresses) => set({ addresses })}
        name={(count) => t("company.address.number", { count })}
        row={(row, index, change) => (
          <AddressFields {...{ row, faults, readOnly, change }} path={`addresses.${index}`} />
        )}
      />
    </section>
  );
}

function AddressFields({ row, path, faults, readOnly, change }: RowProps<Address>): JSX.Element {
  const text = (name: "label" | "street" | "city" | "region" | "postal_code") => ({
    label: t(`address.${name}`),
    value: row[name],
    fault: faults[`${path}.${name}`],
    readOnly,
    onValue: (value: string) => change({ [name]: value }),
  });
  return (
    <div class="two">
      <TextField {...text("label")} hint={readOnly ? undefined : t("address.label.hint")} />
      <SelectField<AddressKind>
        label={t("address.kind")}
        disabled={readOnly}
        value={row.kind}
        choices={KINDS.map((value) => ({ value, label: t(`address.kind.${value}`) }))}
        onValue={(kind) => change({ kind })}
      />
      <TextField {...text("street")} />
      <TextField {...text("city")} />
      <TextField {...text("region")} />
      <TextField {...text("postal_code")} />
      <SelectField
        label={t("address.country")}
        disabled={readOnly}
        value={row.country}
        fault={faults[`${path}.country`]}
        choices={[...new Set([...COUNTRIES, row.country])].map((value) => ({
          value,
          label: countryName(value),
        }))}
        onValue={(country) => change({ country })}
      />
    </div>
  );
}

export function ContactsFields({ values, faults, set, readOnly = false }: FieldsProps): JSX.Element {
  return (
    <section class="card padded">
      <Rows
        title={t("company.contacts")}
        add={t("company.contact.add")}
        empty={t("company.contacts.empty")}
        rows={values.contacts}
        blank={newContact}
        readOnly={readOnly}
        onRows={(contacts) => set({ contacts })}
        name={(count) => t("company.contact.number", { count })}
        row={(row, index, change) => (
          <ContactFields {...{ row, faults, readOnly, change }} path={`contacts.${index}`} />
        )}
      />
    </section>
  );
}

function ContactFields({ row, path, faults, readOnly, change }: RowProps<Contact>): JSX.Element {
  const text = (name: "name" | "email" | "phone" | "title") => ({
    label: t(`contact.${name}`),
    value: row[name],
    fault: faults[`${path}.${name}`],
    readOnly,
    onValue: (value: string) => change({ [name]: value }),
  });
  return (
    <div class="two">
      <TextField {...text("name")} />
      <TextField {...text("title")} />
      <TextField {...text("email")} type="email" />
      <TextField {...text("phone")} type="tel" />
    </div>
  );
}
