import { useState } from "preact/hooks";
import type { Contact } from "../../api/shapes";
import type { Side } from "../../order/order";
import { useSheet } from "../context";
import { AddressPicker, ContactPicker } from "../parts";
import { Value } from "../Value";
import { say, shown } from "../words";

/** Where the goods go: from the client's address book, or typed. */
export function AddressField() {
  const sheet = useSheet();
  const [open, setOpen] = useState(false);
  const cell = sheet.cell(null, "delivery_address");
  return (
    <div
      class={`fact fact-wide${sheet.isUnsaved("delivery_address") ? " is-unsaved" : ""}`}
      data-cell="delivery_address"
    >
      <span class="fact-label">{say("field.delivery_address")}</span>
      <PickButton
        label={say("field.delivery_address")}
        obstacle={obstacleText(sheet.obstacle("delivery_address"))}
        onOpen={() => setOpen(true)}
      >
        <Value cell={cell} show={(value) => oneLine(value)} empty={say("none")} />
      </PickButton>
      {open && <AddressPicker onClose={() => setOpen(false)} />}
    </div>
  );
}

/** The person to talk to, of one company. */
export function ContactField({ register }: { register: Side }) {
  const sheet = useSheet();
  const [open, setOpen] = useState(false);
  const value = sheet.document.cell(`${register}/contact`).value;
  const obstacle = obstacleText(sheet.obstacle("contact", register));
  if (obstacle && !value) return null;
  return (
    <div class="fact" data-cell={`${register}/contact`}>
      <span class="fact-label">{say(`field.${register}_contact`)}</span>
      <PickButton label={say(`field.${register}_contact`)} obstacle={obstacle} onOpen={() => setOpen(true)}>
        <ContactLine contact={value} />
      </PickButton>
      {open && <ContactPicker register={register} onClose={() => setOpen(false)} />}
    </div>
  );
}

function obstacleText(obstacle: string | null): string | null {
  return obstacle && say(`obstacle.${obstacle}` as "obstacle.closed");
}

interface PickButtonProps {
  readonly label: string;
  readonly obstacle: string | null;
  readonly onOpen: () => void;
  readonly children: preact.ComponentChildren;
}

function PickButton({ label, obstacle, onOpen, children }: PickButtonProps) {
  if (obstacle) {
    return (
      <output class="fact-text" title={obstacle}>
        {children}
      </output>
    );
  }
  return (
    <button type="button" class="fact-input fact-pick" aria-haspopup="dialog" onClick={onOpen}>
      <span class="fact-picked">{children}</span>
      <span class="unseen">, {label}</span>
      <span aria-hidden="true">▾</span>
    </button>
  );
}

function oneLine(value: unknown): string {
  return shown("address", value);
}

/** A telephone number is read in one piece. */
function ContactLine({ contact }: { contact: unknown }) {
  const { name, phone, email } = (contact ?? {}) as Partial<Contact>;
  if (!name && !phone && !email) return <span class="faint">{say("none")}</span>;
  return (
    <>
      <bdi>{name}</bdi>
      {name && (phone || email) && ", "}
      {phone ? <span class="fact-whole">{phone}</span> : email}
    </>
  );
}
