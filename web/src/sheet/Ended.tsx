import { useState } from "preact/hooks";
import type { Ending } from "../sync/closes";
import { anchorName, partsOf, valueName } from "./labels";
import type { Sheet } from "./sheet";
import { say } from "./words";

/** The session on this order is over: why, and what to do. What was not saved can be taken along. */
export function Ended({ sheet, ending, code }: { sheet: Sheet; ending: Ending; code: number }) {
  const [copied, setCopied] = useState(false);
  const { unsaved } = sheet.connection;
  const target = ending === "not_found" ? "/orders" : ending === "signed_out" ? "/login" : location.pathname;
  const copy = async () => {
    await navigator.clipboard?.writeText(unsavedText(sheet));
    setCopied(true);
  };
  return (
    <section class="empty sheet-ended" data-ending={ending}>
      <h1>{say(`ended.${ending}.title`)}</h1>
      <p>{say(`ended.${ending}.text`, { code })}</p>
      <p class="bar">
        {unsaved.value > 0 && ending !== "not_found" && (
          <button type="button" class="button" onClick={copy}>
            {copied ? say("ended.copied") : say("ended.copy", { count: unsaved.value })}
          </button>
        )}
        {/* A whole new page: nothing of this session may be kept. */}
        <a class="button primary" href={target} target="_self">
          {say(`ended.${ending}.act`)}
        </a>
      </p>
    </section>
  );
}

/** One's unsaved edits as text, one a line. */
export function unsavedText(sheet: Sheet): string {
  const { content } = sheet.document;
  return [...sheet.connection.unsavedCells.value]
    .map((address) => {
      if (address === "note") return `${anchorName(content, "note")}: ${content.note}`;
      const cut = address.indexOf("/");
      const root = address.slice(0, cut) as "client" | "supplier" | "comments";
      const value = content[root]?.get(address.slice(cut + 1));
      const comment = root === "comments" ? (value as { text?: string } | undefined)?.text : undefined;
      return `${anchorName(content, partsOf(address).key)}: ${comment ?? valueName(content, address, value)}`;
    })
    .join("\n");
}
