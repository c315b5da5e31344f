import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { shiftedCaret } from "../sync/note";
import { useSheet } from "./context";
import { Rings } from "./Rings";
import { say } from "./words";

/** The note that both companies type together. Somebody else's typing never moves one's own caret. */
export function Note() {
  const sheet = useSheet();
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const text = sheet.document.note.value;
  const mayWrite = sheet.connection.rights.value.note === "write";
  useEffect(
    () =>
      sheet.document.watchNote((splices) => {
        const element = area.current;
        if (!element) return;
        const carets = [element.selectionStart, element.selectionEnd].map((caret) =>
          splices.reduce(shiftedCaret, caret),
        );
        element.value = sheet.document.note.value;
        element.setSelectionRange(carets[0] ?? 0, carets[1] ?? 0);
      }),
    [sheet],
  );
  useLayoutEffect(() => grow(area.current), [text]);
  if (!mayWrite && !text) return null;
  return (
    <div class="fact fact-wide" data-cell="note">
      <Rings isThere={(cell) => cell === "note"} />
      <label class="fact-label" for={id}>
        {say("field.note")}
      </label>
      <textarea
        id={id}
        ref={area}
        class="fact-input fact-note"
        rows={1}
        value={text}
        readOnly={!mayWrite}
        title={say("note.hint")}
        placeholder={say("note.hint")}
        onFocus={() => sheet.connection.moveTo("note")}
        onBlur={() => sheet.connection.moveTo("")}
        onInput={(event) => sheet.edit.writeNote(event.currentTarget.value)}
      />
    </div>
  );
}

function grow(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 200)}px`;
}
