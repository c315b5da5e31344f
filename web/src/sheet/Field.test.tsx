// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "../words/catalogue";
import { SheetContext } from "./context";
import { Field } from "./Field";
import { openSheet } from "./fixture";
import type { Sheet } from "./sheet";

let sheet: Sheet;
let page: HTMLElement;

beforeEach(() => {
  language.value = "fr";
  page = document.createElement("div");
  document.body.append(page);
});

afterEach(() => {
  render(null, page);
  page.remove();
  sheet.destroy();
  sheet.connection.destroy();
});

const drawn = () => new Promise((resolve) => setTimeout(resolve));

test("a text is written on as many lines as it takes to read it, and is one line: Enter takes it", async () => {
  sheet = openSheet({ side: "supplier" });
  render(
    <SheetContext.Provider value={sheet}>
      <Field label="Paiement" kind="text" noun="payment_terms" />
    </SheetContext.Provider>,
    page,
  );
  const field = page.querySelector("textarea") as HTMLTextAreaElement;
  field.focus();
  field.value = "2 % 10 jours, \n net 30 jours";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  field.dispatchEvent(enter);
  expect(enter.defaultPrevented).toBe(true);
  expect(sheet.document.content.supplier.get("payment_terms")).toBe("2 % 10 jours, net 30 jours");
});
