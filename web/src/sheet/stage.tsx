import { type ComponentChildren, render } from "preact";
import { afterEach, beforeEach, vi } from "vitest";
import { language } from "../words/catalogue";
import { SheetContext } from "./context";
import { openSheet } from "./fixture";
import type { Sheet } from "./sheet";

/**
 * For tests of what is drawn of a sheet: a page in French and a server that answers, for each test anew.
 *
 *     const stage = setStage();
 *     stage.open({ side: "supplier" });
 *     await stage.draw(<Refusals most={3} />);
 */
export interface Stage {
  readonly page: HTMLElement;
  readonly sheet: Sheet;
  /** Opens an order, which is put away after the test. */
  open(opening?: Parameters<typeof openSheet>[0]): Sheet;
  /** Draws a part of the sheet that is open. */
  draw(part: ComponentChildren): Promise<void>;
}

export const drawn = () => new Promise<void>((resolve) => setTimeout(resolve));

/** `answer`: what the server says; nothing in its lists, where it is left out. */
export function setStage(answer: typeof fetch = async () => Response.json({ items: [], next: null })): Stage {
  let page: HTMLElement;
  let sheet: Sheet;
  beforeEach(() => {
    vi.stubGlobal("fetch", answer);
    language.value = "fr";
    page = document.createElement("div");
    document.body.append(page);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    render(null, page);
    page.remove();
    sheet.destroy();
    sheet.connection.destroy();
  });
  return {
    get page() {
      return page;
    },
    get sheet() {
      return sheet;
    },
    open(opening) {
      sheet = openSheet(opening);
      return sheet;
    },
    draw(part) {
      render(<SheetContext.Provider value={sheet}>{part}</SheetContext.Provider>, page);
      return drawn();
    },
  };
}
