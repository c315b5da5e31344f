/** The shapes of the HTTP API, as `/api/openapi.json` gives them. Money and quantities are decimal strings. */

export type Language = "fr" | "en";
export type Role = "viewer" | "standard" | "manager";
export type Side = "client" | "supplier";
export type Status = "draft" | "waiting" | "changed" | "agreed" | "amending" | "closed";

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface Me {
  user: { id: string; name: string; email: string; language: Language; has_password: boolean };
  /** `currency`: of its catalogue; one that was kept on a device by an earlier version has none. */
  company: { id: string; name: string; supplies: boolean; buys: boolean; currency?: string };
  role: Role;
  shows_mails: boolean;
}

/** `team`: to work at that company, and not to trade with it. */
export interface Invitation {
  inviter: string;
  company: string;
  team: boolean;
  email: string;
  name: string;
  language: Language;
}

export type AddressKind = "delivery" | "billing" | "both";

export interface Address {
  id?: string;
  label: string;
  street: string;
  city: string;
  region: string;
  postal_code: string;
  country: string;
  kind: AddressKind;
}

export interface Contact {
  id?: string;
  name: string;
  email: string;
  phone: string;
  title: string;
}

interface Registration {
  scheme: string;
  value: string;
}

/** What a company says of itself, as it is written. */
export interface CompanyFacts {
  name: string;
  legal_name: string;
  language: Language;
  phone: string;
  email: string;
  website: string;
  registrations: Registration[];
  addresses: Address[];
  contacts: Contact[];
  payment_terms: string;
  currency: string;
  region: string;
}

export interface CompanyFile extends CompanyFacts {
  id: string;
  supplies: boolean;
  buys: boolean;
}

type PartyState = "prepared" | "invited" | "active";

/** A client or a supplier in a list. */
export interface Party {
  id: string;
  name: string;
  number: string;
  state: PartyState;
  contact: Contact | null;
  city: string;
  orders: number;
}

/** A client's or a supplier's file with one's own notes; `editable`: while nobody of that company has joined. */
export interface PartyFile extends CompanyFile {
  number: string;
  note: string;
  state: PartyState;
  editable: boolean;
}

export interface Member {
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  last_seen: string | null;
}

export type Sizing = "none" | "scale" | "dimensions";
export type DimensionUnit = "in" | "mm" | "cm";
export type TaxClass = "standard" | "zero" | "exempt";
export const UNITS = ["each", "m", "kg", "box", "pair", "sq_ft", "h"] as const;
export type Unit = (typeof UNITS)[number];

export interface Dimension {
  key: string;
  name_fr: string;
  name_en: string;
  minimum: string | null;
  maximum: string | null;
}

export interface Option {
  key: string;
  name_fr: string;
  name_en: string;
}

export interface Characteristic extends Option {
  kind: "choice" | "text" | "number";
  required: boolean;
  options: Option[];
}

export interface ProductFacts {
  code: string;
  name_fr: string;
  name_en: string;
  description_fr: string;
  description_en: string;
  unit: Unit;
  decimals: number;
  price: string;
  minimum: string | null;
  multiple: string | null;
  tax_class: TaxClass;
  hidden: boolean;
  sizing: Sizing;
  points: string[];
  dimension_unit: DimensionUnit;
  dimensions: Dimension[];
  characteristics: Characteristic[];
}

export interface Product extends ProductFacts {
  id: string;
  supplier_id: string;
  image: string | null;
}

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  at: string;
  state: string;
}

export interface OrderRow {
  id: string;
  number: string | null;
  side: Side;
  party: { id: string; name: string };
  reference: string | null;
  status: Status;
  turn: Side | null;
  lines: number;
  total: string;
  currency: string;
  promised_date: string | null;
  requested_date: string | null;
  changed_at: string;
  changed_by: string;
  late: boolean;
  backorder: boolean;
}

export type OrderTab = "mine" | Status | "all";
export type OrderCounts = Record<OrderTab, number>;

export const SCOPES = ["read", "write", "stock"] as const;
export type Scope = (typeof SCOPES)[number];

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: string;
  expires_at: string | null;
  last_used: string | null;
}

/** A token just made: `token` is the secret, told this once. */
export interface NewToken extends Token {
  token: string;
}
