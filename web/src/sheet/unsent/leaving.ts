import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { me } from "../../app/session";
import { room } from "../../offline/device";
import { guardLeaving } from "../../offline/guard";
import type { Visit } from "../../sync/visit";
import type { Sheet } from "../sheet";

/** Asks before an order is left with an edit that the server does not have, even one that this device could not keep. */
export function useLeavingGuard(sheet: Sheet): void {
  useEffect(() => guardLeaving(() => sheet.connection.unsaved.value > 0), [sheet]);
}

/**
 * Closes an order that was left for another page of the application. One of which something lies on no device goes on
 * behind that page until it is sent, or its person is gone: nobody else's session may send it.
 */
export function closeWhenSent(visit: Visit, userId: string): void {
  const { unsaved, status } = visit.connection;
  const isLoose = () => unsaved.value > 0 && status.value.kind !== "closed" && me.value?.user.id === userId;
  if (room.peek() === "kept" || visit.beginning.peek() || !isLoose()) {
    visit.close();
    return;
  }
  const unguard = guardLeaving(isLoose);
  const stop = effect(() => {
    if (isLoose()) return;
    // An effect cannot end itself.
    queueMicrotask(() => stop());
    unguard();
    visit.close();
  });
}
