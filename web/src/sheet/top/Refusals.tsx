import { useRef, useState } from "preact/hooks";
import { focusFirst } from "../../design/Dialog";
import type { Refusal } from "../../sync/notices";
import { useSheet } from "../context";
import { anchorName, partsOf, valueName } from "../labels";
import type { Sheet } from "../sheet";
import { say } from "../words";

interface RefusalsProps {
  /** How many there is room for beside the sheet; of more it is only said that they are there, and they unfold. */
  readonly most: number;
}

/**
 * Edits that were not taken: what one wrote, what stands, why, and what to do. They stay until they are dismissed, in
 * sight wherever one is on the sheet, and in whatever dialog is open over it.
 */
export function Refusals({ most }: RefusalsProps) {
  const sheet = useSheet();
  const refusals = sheet.connection.refusals.value;
  return (
    <>
      <Told refusals={refusals} />
      {refusals.length > 0 && (
        <details class="refusals" open={refusals.length <= most} data-refusals={refusals.length}>
          <summary>{say("refused.title", { count: refusals.length })}</summary>
          <ul>
            {refusals.map((refusal) => (
              <One key={refusal.id} refusal={refusal} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

export function RefusalsInDialog() {
  return <Refusals most={3} />;
}

/** Tells a screen reader of a refusal when it comes; not again in each dialog that is opened over it. */
function Told({ refusals }: { refusals: readonly Refusal[] }) {
  const sheet = useSheet();
  const [known] = useState(() => new Set(refusals.map(({ id }) => id)));
  const fresh = refusals.filter(({ id }) => !known.has(id));
  const last = fresh.at(-1);
  return (
    <p class="unseen" role="alert">
      {last && `${say("refused.title", { count: fresh.length })}. ${placeOf(sheet, last)} — ${last.message}`}
    </p>
  );
}

function placeOf(sheet: Sheet, { cell }: Refusal): string {
  return anchorName(sheet.document.content, partsOf(cell).key, sheet.lines.value);
}

function One({ refusal }: { refusal: Refusal }) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const { key } = partsOf(refusal.cell);
  const told = (value: unknown) => valueName(content, refusal.cell, value);
  const mayRetry = isCell(refusal.cell) && sheet.mayWrite(key);
  const item = useRef<HTMLLIElement>(null);
  const dismiss = () => {
    if (item.current?.contains(document.activeElement)) leave(item.current);
    void sheet.connection.dismiss(refusal.id);
  };
  const retry = () => {
    sheet.edit.set(key, refusal.tried ?? null);
    dismiss();
  };
  return (
    <li ref={item} class="refusal">
      <p class="refusal-text">
        <span class="strong">{placeOf(sheet, refusal)}</span> — {refusal.message}
      </p>
      <p class="refusal-values quiet small">
        {say("refused.tried")} <Said text={told(refusal.tried)} />
        {"\u00a0· "}
        {say("refused.kept")}
        <Said text={told(refusal.kept)} />
      </p>
      <p class="bar">
        {mayRetry && (
          <button type="button" class="button small" onClick={retry}>
            {say(refusal.code === "overtaken" ? "refused.apply" : "refused.retry")}
          </button>
        )}
        <button
          type="button"
          class="button small"
          onClick={() => void navigator.clipboard?.writeText(told(refusal.tried))}
        >
          {say("refused.copy")}
        </button>
        <button type="button" class="button small plain" data-dismiss onClick={dismiss}>
          {say("refused.dismiss")}
        </button>
      </p>
    </li>
  );
}

/** Before it is taken away, the focus goes to the next refusal, else to the dialog that is open, else to the lines. */
function leave(item: HTMLElement): void {
  const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("[data-dismiss]");
  const dialog = item.closest("dialog");
  if (next instanceof HTMLElement) next.focus();
  else if (dialog) focusFirst(dialog);
  else document.querySelector<HTMLElement>(".grid-cell.is-active, .line-card-open")?.focus();
}

/** A value in quotes; nothing is not quoted. */
function Said({ text }: { text: string }) {
  return text ? <q>{text}</q> : say("refused.nothing");
}

function isCell(address: string): boolean {
  return address.startsWith("client/") || address.startsWith("supplier/");
}
