// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { Field } from "./Field";
import { drawn, setStage } from "./stage";

const stage = setStage();

test("a text is written on as many lines as it takes to read it, and is one line: Enter takes it", async () => {
  const sheet = stage.open({ side: "supplier" });
  await stage.draw(<Field label="Paiement" kind="text" noun="payment_terms" />);
  const field = stage.page.querySelector("textarea") as HTMLTextAreaElement;
  field.focus();
  field.value = "2 % 10 jours, \n net 30 jours";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  field.dispatchEvent(enter);
  expect(enter.defaultPrevented).toBe(true);
  expect(sheet.document.content.supplier.get("payment_terms")).toBe("2 % 10 jours, net 30 jours");
});
