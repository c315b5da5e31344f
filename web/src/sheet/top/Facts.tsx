import { useState } from "preact/hooks";
import { useIsNarrow } from "../../grid/narrow";
import { useSheet } from "../context";
import { Field } from "../Field";
import { say } from "../words";
import { Note } from "./Note";
import { AddressField, ContactField } from "./Parties";

/** What is said of the order as a whole. On a phone the lesser facts are folded away, and what is empty there. */
export function Facts() {
  const sheet = useSheet();
  const [open, setOpen] = useState(false);
  const isFolded = useIsNarrow() && !open;
  const client = (sheet.record("parties/client") ?? {}) as { name?: string };
  const supplier = (sheet.record("parties/supplier") ?? {}) as { name?: string };
  return (
    <section class={open ? "facts is-open" : "facts"} aria-label={say("head.title")}>
      <p class="parties">
        <strong dir="auto">{client.name}</strong>
        <span class="parties-arrow" aria-hidden="true">
          →
        </span>
        <strong dir="auto">{supplier.name}</strong>
        <span class="unseen">
          {say("from_to", { client: client.name ?? "", supplier: supplier.name ?? "" })}
        </span>
      </p>
      <div class="facts-grid">
        <Field label={say("field.reference")} kind="text" noun="reference" />
        <Field label={say("field.requested_date")} kind="date" noun="requested_date" />
        <Field label={say("field.promised_date")} kind="date" noun="promised_date" hideEmpty={isFolded} />
        <AddressField />
        <div class="facts-more">
          <ContactField register="client" />
          <ContactField register="supplier" />
          <Field label={say("field.payment_terms")} kind="text" noun="payment_terms" wide />
          <Field label={say("field.freight")} kind="money" noun="freight" />
          <Field label={say("field.confirmation_number")} kind="text" noun="confirmation_number" hideEmpty />
          <Field label={say("field.valid_until")} kind="date" noun="valid_until" hideEmpty />
          <Field label={say("field.partial_delivery")} kind="flag" noun="partial_delivery" />
          <Note />
        </div>
      </div>
      <button
        type="button"
        class="button plain small facts-fold"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {say(open ? "less" : "more")}
        <span aria-hidden="true">{open ? "▴" : "▾"}</span>
      </button>
    </section>
  );
}
