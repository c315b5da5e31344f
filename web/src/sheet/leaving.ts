import { useEffect } from "preact/hooks";
import { guardLeaving } from "../offline/guard";
import type { Sheet } from "./sheet";

/** Asks before an order is left with an edit that the server does not have, even one that this device could not keep. */
export function useLeavingGuard(sheet: Sheet): void {
  useEffect(() => guardLeaving(() => sheet.connection.unsaved.value > 0), [sheet]);
}
