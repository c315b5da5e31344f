import { useSheet } from "./context";
import { Refusals } from "./Refusals";
import { Return } from "./Return";
import { moment, say } from "./words";

/** What one should know before going on: away from the network, read-only, edits that were not taken. */
export function Banners() {
  const { status, availability } = useSheet().connection;
  return (
    <>
      {status.value.kind === "offline" && <Offline />}
      {!availability.value.available && (
        <p class="thin-bar" role="status">
          {availability.value.message || say("unavailable")}
        </p>
      )}
      <Return />
      <Refusals />
    </>
  );
}

function Offline() {
  const { unsaved, since } = useSheet().connection;
  const at = since.value;
  return (
    <p class="thin-bar" role="status" data-offline={unsaved.value}>
      {at === null ? say("offline.none") : say("offline", { count: unsaved.value, since: moment(at) })}
    </p>
  );
}
