import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Sheet } from "./sheet";

export const SheetContext = createContext<Sheet | null>(null);

/** The open order. Only inside the page of a sheet. */
export function useSheet(): Sheet {
  const sheet = useContext(SheetContext);
  if (!sheet) throw new Error("useSheet outside of a sheet");
  return sheet;
}
