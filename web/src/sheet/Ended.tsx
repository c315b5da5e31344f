import { useState } from "preact/hooks";
import type { Ending } from "../sync/closes";
import type { Sheet } from "./sheet";
import { unsentText } from "./unsent";
import { say } from "./words";

/** The session on this order is over: why, and what to do. What was not saved can be taken along. */
export function Ended(props: { sheet: Sheet; ending: Ending; code: number; forget: () => Promise<void> }) {
  const { sheet, ending, code } = props;
  const [copied, setCopied] = useState(false);
  const { unsaved } = sheet.connection;
  const leave = async () => {
    // One who signs in again finds his work; any other copy would only meet the same end.
    if (ending !== "signed_out") await props.forget();
    if (ending === "not_found") location.assign("/orders");
    else location.reload();
  };
  const copy = async () => {
    await navigator.clipboard?.writeText(
      unsentText(sheet.document.content, sheet.connection.unsavedCells.value),
    );
    setCopied(true);
  };
  return (
    <section class="empty sheet-ended" data-ending={ending}>
      <h1>{say(`ended.${ending}.title`)}</h1>
      <p>{say(`ended.${ending}.text`, { code })}</p>
      <p class="bar">
        {unsaved.value > 0 && (
          <button type="button" class="button" onClick={copy}>
            {copied ? say("ended.copied") : say("ended.copy", { count: unsaved.value })}
          </button>
        )}
        <button type="button" class="button primary" onClick={leave}>
          {say(`ended.${ending}.act`)}
        </button>
      </p>
    </section>
  );
}
