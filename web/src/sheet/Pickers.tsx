import { useEffect, useId, useState } from "preact/hooks";
import type { Address, Contact } from "../api/shapes";
import type { Side } from "../order/order";
import { COUNTRIES } from "../pages/companies/companyFile";
import { countryName, t } from "../words";
import { useSheet } from "./context";
import { Modal } from "./Modal";
import { companyFile } from "./requests";
import { say, shown } from "./words";

type Texts = Readonly<Record<string, string>>;

/** Null while it is being read; empty lists where it may not be read, or there is no network. */
function useFile(of: Side) {
  const sheet = useSheet();
  const party = sheet.record(`parties/${of}`) as { id?: string } | undefined;
  const [file, setFile] = useState<{ addresses: readonly Address[]; contacts: readonly Contact[] } | null>(
    null,
  );
  const reader = sheet.side.value;
  useEffect(() => {
    const none = { addresses: [], contacts: [] };
    companyFile(of, reader, party?.id ?? "").then(setFile, () => setFile(none));
  }, [of, reader, party?.id]);
  return file;
}

const ADDRESS_FIELDS = ["label", "street", "city", "region", "postal_code", "country"] as const;
const CONTACT_FIELDS = ["name", "email", "phone"] as const;

/** Where the goods go: one of the places in the client's file, or one typed. */
export function AddressPicker({ onClose }: { onClose: () => void }) {
  const sheet = useSheet();
  const file = useFile("client");
  const take = (address: object | null) => {
    sheet.edit.set("delivery_address", address && textsOf(address, ADDRESS_FIELDS));
    onClose();
  };
  const { value } = sheet.cell(null, "delivery_address");
  const places = (file?.addresses ?? []).filter((address) => address.kind !== "billing");
  const form = useId();
  return (
    <Modal
      title={say("field.delivery_address")}
      onClose={onClose}
      footer={<Use form={form} word={say("address.use")} />}
    >
      <Choices
        title={say("address.pick")}
        isReading={file === null}
        choices={places.map((address) => ({
          title: address.label || address.street,
          more: shown("address", { ...address, label: "" }),
          item: address,
          isChosen: isSame(textsOf(address, ADDRESS_FIELDS), value),
        }))}
        onTake={take}
      />
      <TypedFields
        id={form}
        title={say("address.new")}
        names={ADDRESS_FIELDS}
        stem="address"
        value={value}
        onTake={take}
      />
    </Modal>
  );
}

/** The person to talk to: one in the company's file, or one typed. */
export function ContactPicker({ register, onClose }: { register: Side; onClose: () => void }) {
  const sheet = useSheet();
  const file = useFile(register);
  const { value } = sheet.document.cell(`${register}/contact`);
  const take = (contact: object | null) => {
    sheet.edit.setIn(register, "contact", contact && textsOf(contact, [...CONTACT_FIELDS, "title"]));
    onClose();
  };
  const form = useId();
  return (
    <Modal
      title={say(`field.${register}_contact`)}
      onClose={onClose}
      footer={<Use form={form} word={say("contact.use")} />}
    >
      <Choices
        title={say("contact.pick")}
        isReading={file === null}
        choices={(file?.contacts ?? []).map((contact) => ({
          title: contact.name,
          more: contact.email,
          item: contact,
          isChosen: isSame(textsOf(contact, CONTACT_FIELDS), value),
        }))}
        onTake={take}
      />
      <TypedFields
        id={form}
        title={say("contact.new")}
        names={CONTACT_FIELDS}
        stem="contact"
        value={value}
        onTake={take}
      />
    </Modal>
  );
}

interface Choice {
  readonly title: string;
  readonly more: string;
  readonly item: object;
  /** Whether it is the one that stands. */
  readonly isChosen: boolean;
}

interface ChoicesProps {
  readonly title: string;
  readonly isReading: boolean;
  readonly choices: readonly Choice[];
  readonly onTake: (item: object) => void;
}

function Choices({ title, isReading, choices, onTake }: ChoicesProps) {
  if (isReading) return <p class="quiet">{say("history.loading")}</p>;
  if (choices.length === 0) return null;
  return (
    <fieldset class="choices">
      <legend class="fact-label">{title}</legend>
      {choices.map((choice) => (
        <button
          key={choice.title + choice.more}
          type="button"
          class="choice"
          aria-pressed={choice.isChosen}
          onClick={() => onTake(choice.item)}
        >
          <span class="strong">{choice.title}</span>
          <span class="quiet small">{choice.more}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface TypedFieldsProps {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[];
  readonly stem: "address" | "contact";
  readonly value: unknown;
  readonly onTake: (value: object | null) => void;
}

function TypedFields({ id, title, names, stem, value, onTake }: TypedFieldsProps) {
  const known = (value ?? {}) as Texts;
  return (
    <form
      id={id}
      class="typed-fields"
      onSubmit={(event) => {
        event.preventDefault();
        const texts = textsOf(Object.fromEntries(new FormData(event.currentTarget)), names);
        // A country alone is what the list proposes, and no address.
        onTake(names.some((name) => name !== "country" && texts[name]) ? texts : null);
      }}
    >
      <p class="fact-label">{title}</p>
      <div class="two">
        {names.map((name) => (
          <label key={name} class="field" for={`${id}-${name}`}>
            <span class="fact-label">{t(`${stem}.${name}` as "address.city")}</span>
            {name === "country" ? (
              <Countries id={`${id}-${name}`} standing={known.country ?? "CA"} />
            ) : (
              <input
                id={`${id}-${name}`}
                class="input"
                name={name}
                type="text"
                maxLength={300}
                defaultValue={known[name] ?? ""}
              />
            )}
          </label>
        ))}
      </div>
    </form>
  );
}

/** Those that a company's file proposes, and the one that stands. */
function Countries({ id, standing }: { id: string; standing: string }) {
  const [chosen, setChosen] = useState(standing);
  return (
    <select
      id={id}
      class="input"
      name="country"
      value={chosen}
      onChange={(event) => setChosen(event.currentTarget.value)}
    >
      {[...new Set([...COUNTRIES, standing])].map((code) => (
        <option key={code} value={code}>
          {countryName(code)}
        </option>
      ))}
    </select>
  );
}

/** In the dialog's foot, where it is in sight however long the lists are. */
function Use({ form, word }: { form: string; word: string }) {
  return (
    <button type="submit" form={form} class="button primary">
      {word}
    </button>
  );
}

/** Whether what stands says at least what a choice says. */
function isSame(choice: Texts, standing: unknown): boolean {
  const known = (standing ?? {}) as Texts;
  return Object.entries(choice).every(([name, text]) => known[name] === text);
}

/** The texts of an object that are not empty, by the names that an order keeps. */
function textsOf(source: object, names: readonly string[]): Texts {
  const given = source as Readonly<Record<string, unknown>>;
  const texts = names.map((name) => [
    name,
    typeof given[name] === "string" ? (given[name] as string).trim() : "",
  ]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}
