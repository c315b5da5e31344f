import type { Address, CompanyFacts, Contact } from "../../api/shapes";
import { language, t } from "../../words";

export function newAddress(): Address {
  return {
    label: "",
    street: "",
    city: "",
    region: "QC",
    postal_code: "",
    country: "CA",
    kind: "both",
  };
}

export function newContact(): Contact {
  return { name: "", email: "", phone: "", title: "" };
}

export function newCompany(): CompanyFacts {
  return {
    name: "",
    legal_name: "",
    language: language.peek(),
    phone: "",
    email: "",
    website: "",
    registrations: [],
    addresses: [],
    contacts: [],
    payment_terms: "",
    currency: "CAD",
    region: "QC",
  };
}

/** The fields of a file that people write, without what the server adds to them. */
export function factsOf(file: CompanyFacts): CompanyFacts {
  const { name, legal_name, phone, email, website, registrations, addresses, contacts } = file;
  const { payment_terms, currency, region } = file;
  const rest = { payment_terms, currency, region, language: file.language };
  return { name, legal_name, phone, email, website, registrations, addresses, contacts, ...rest };
}

/** Rows that were opened and never filled are not sent. */
export function withoutBlanks<Facts extends CompanyFacts>(facts: Facts): Facts {
  return {
    ...facts,
    registrations: facts.registrations.filter((one) => one.scheme.trim() || one.value.trim()),
    addresses: facts.addresses.filter(({ label, street, city, postal_code }) =>
      [label, street, city, postal_code].some((text) => text.trim()),
    ),
    contacts: facts.contacts.filter(({ name, email, phone, title }) =>
      [name, email, phone, title].some((text) => text.trim()),
    ),
  };
}

/** The provinces and territories whose taxes are known, and none for elsewhere. */
export const REGIONS = [
  "QC",
  "ON",
  "NB",
  "NS",
  "PE",
  "NL",
  "MB",
  "SK",
  "AB",
  "BC",
  "YT",
  "NT",
  "NU",
] as const;
export const CURRENCIES = ["CAD", "USD", "EUR"] as const;
export const COUNTRIES = ["CA", "US", "FR"] as const;
export const SCHEMES = ["TPS", "TVQ", "NEQ", "VAT", "DUNS", "GLN"] as const;

/** A scheme as the reader's language names it; one that somebody made up, as it is. */
export function schemeName(scheme: string): string {
  const known = SCHEMES.find((each) => each === scheme);
  return known ? t(`company.scheme.${known}`) : scheme;
}
