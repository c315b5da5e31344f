import { useRef } from "preact/hooks";
import type { Refusal } from "../sync/notices";
import { useSheet } from "./context";
import { anchorName, partsOf, valueName } from "./labels";
import { say } from "./words";

/** Edits that were not taken: what one wrote, what stands, why, and what to do. They stay until they are dismissed. */
export function Refusals() {
  const sheet = useSheet();
  const refusals = sheet.connection.refusals.value;
  if (refusals.length === 0) return null;
  return (
    <details class="refusals" open={refusals.length <= 3} data-refusals={refusals.length}>
      <summary>{say("refused.title", { count: refusals.length })}</summary>
      <ul>
        {refusals.map((refusal) => (
          <One key={refusal.id} refusal={refusal} />
        ))}
      </ul>
    </details>
  );
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
        <span class="strong">{anchorName(content, key, sheet.lines.value)}</span> — {refusal.message}
      </p>
      <p class="refusal-values quiet small">
        {say("refused.tried")} <Said text={told(refusal.tried)} /> · {say("refused.kept")}{" "}
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

/** The focus goes to the next refusal, else to the lines, before the one that has it is taken away. */
function leave(item: HTMLElement): void {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  const place =
    next?.querySelector<HTMLElement>("[data-dismiss]") ??
    document.querySelector<HTMLElement>(".grid-cell.is-active, .line-card-open");
  place?.focus();
}

/** A value in quotes; nothing is not quoted. */
function Said({ text }: { text: string }) {
  return text ? <q>{text}</q> : say("refused.nothing");
}

function isCell(address: string): boolean {
  return address.startsWith("client/") || address.startsWith("supplier/");
}
