import { useEffect } from "preact/hooks";
import { room, writing } from "../offline/device";
import type { Sheet } from "./sheet";

/** Asks before the page is left while something on it is neither on the server nor on this device. */
export function useLeavingGuard(sheet: Sheet): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      const isLost = writing.value > 0 || room.value !== "kept";
      if (isLost && sheet.connection.unsaved.value > 0) event.preventDefault();
    };
    addEventListener("beforeunload", guard);
    return () => removeEventListener("beforeunload", guard);
  }, [sheet]);
}
