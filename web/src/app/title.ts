import { useEffect } from "preact/hooks";
import { t } from "../words";

/** The name of the page in the browser's title. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${t("product")}` : t("product");
  }, [title]);
}
