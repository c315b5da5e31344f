import { useState } from "preact/hooks";
import { room } from "../../offline/device";
import { tell } from "../../offline/words";
import type { GridState } from "../cells/grid";
import { useSheet } from "../context";
import { keysName, partsOf } from "../labels";
import { unsentText } from "../unsent/unsent";
import { momentIn, say } from "../words";
import { Return } from "./Return";

/** What one should know before going on: away from the network, read-only, what happened meanwhile. */
export function Banners({ grid }: { grid: GridState }) {
  const { status, availability } = useSheet().connection;
  return (
    <>
      {status.value.kind === "offline" && <Offline />}
      <NoRoom />
      {!availability.value.available && (
        <p class="thin-bar" role="status">
          {availability.value.message || say("unavailable")}
        </p>
      )}
      <PendingSignature />
      <Return grid={grid} />
    </>
  );
}

function Offline() {
  const sheet = useSheet();
  const { unsaved, since } = sheet.connection;
  const at = since.value;
  const isKept = room.value === "kept";
  const trouble = sheet.visit?.trouble.value;
  if (trouble) {
    return (
      <p class="notice danger" role="alert" data-not-born>
        {say("begun.refused", { reason: trouble.detail })} <CopyUnsent />
      </p>
    );
  }
  const isBegun = sheet.visit?.isUnborn.value === true;
  const none = isBegun ? say("begun.here") : say(isKept ? "offline.none" : "offline.unkept");
  return (
    <p class="thin-bar" role="status" data-offline={unsaved.value}>
      {at === null || !isKept ? none : say("offline", { count: unsaved.value, since: momentIn("since", at) })}
      {isBegun && at !== null && ` ${say("begun.here")}`}
    </p>
  );
}

/** A device that could not keep the latest edits: said before they are lost, and they can be taken along. */
function NoRoom() {
  const { unsaved } = useSheet().connection;
  if (room.value === "kept" || unsaved.value === 0) return null;
  return (
    <div class="notice danger" role="alert" data-room={room.value}>
      <span>{tell(`room.${room.value}`)}</span> <CopyUnsent />
    </div>
  );
}

function CopyUnsent() {
  const sheet = useSheet();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(
      unsentText(sheet.document.content, sheet.connection.unsavedCells.value),
    );
    setCopied(true);
  };
  return (
    <button type="button" class="button small" onClick={copy}>
      {tell(copied ? "copied" : "room.copy")}
    </button>
  );
}

/** A signature that waits, or that was not taken on return, with what differs from what was seen. */
function PendingSignature() {
  const sheet = useSheet();
  const pending = sheet.visit?.signing.pending.value;
  if (!pending) return null;
  const { refused } = pending;
  const takeBack = () => void sheet.visit?.signing.takeBack();
  const word = pending.mode === "accept" ? "accept" : "send";
  if (refused) {
    const cells = keysName(
      sheet.document.content,
      refused.cells.map((address) => partsOf(address).key),
      sheet.lines.value,
    );
    return (
      <div class="notice danger" role="alert" data-signature="refused">
        <span>
          {say(`pending.refused.${word}`, { since: momentIn("of", pending.at) })} {refused.text}{" "}
          {cells && say("pending.differ", { cells })}
        </span>{" "}
        <button type="button" class="button small" onClick={takeBack}>
          {say("pending.read")}
        </button>
      </div>
    );
  }
  const stands = sheet.pendingSignature() !== null;
  return (
    <div class="pending-bar" role="status" data-signature={stands ? "pending" : "outdated"}>
      <span>
        {stands
          ? say(`pending.${word}`, { since: momentIn("at", pending.at), total: pending.total })
          : say("pending.outdated", { since: momentIn("of", pending.at) })}
      </span>{" "}
      <button type="button" class="button small" onClick={takeBack}>
        {say("pending.take_back")}
      </button>
    </div>
  );
}
