import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The menu under which the page belongs, where its address does not tell: an order is a purchase for one of the two. */
export const section = signal("");

/** Says so for as long as the page is shown. */
export function useSection(href: string): void {
  useEffect(() => {
    section.value = href;
    return () => {
      section.value = "";
    };
  }, [href]);
}
