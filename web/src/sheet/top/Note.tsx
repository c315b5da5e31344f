import { useEffect, useId, useRef } from "preact/hooks";
import { shiftedCaret } from "../../sync/note";
import { Rings } from "../cells/Rings";
import { useSheet } from "../context";
import { GrowingArea } from "../GrowingArea";
import { say } from "../words";

const TALLEST = 200;

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
  if (!mayWrite && !text) return null;
  return (
    <div class="fact fact-wide" data-cell="note">
      <Rings isThere={(cell) => cell === "note"} />
      <label class="fact-label" for={id}>
        {say("field.note")}
      </label>
      <GrowingArea
        id={id}
        area={area}
        tallest={TALLEST}
        class="fact-input fact-area"
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
