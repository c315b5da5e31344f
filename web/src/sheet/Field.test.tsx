// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { Field } from "./Field";
import { drawn, setStage } from "./stage";

const stage = setStage();

async function write(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<KeyboardEvent> {
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  field.dispatchEvent(enter);
  return enter;
}

test.each([
  ["CAD", "145,00 $", "1 150,00 $"],
  ["USD", "145,00 $ US", "1 150,00 $ US"],
  ["EUR", "145,00 €", "1 150,00 €"],
])("an amount of an order in %s is shown, and may be typed, with its sign", async (currency, seen, typed) => {
  const sheet = stage.open({ side: "supplier", supplier: { freight: "145" }, record: { currency } });
  await stage.draw(<Field label="Transport" kind="money" noun="freight" />);
  const field = stage.page.querySelector("input") as HTMLInputElement;
  expect(field.value.replaceAll("\u00a0", " ")).toBe(seen);
  await write(field, typed);
  expect(sheet.document.content.supplier.get("freight")).toBe("1150");
});

test("an amount in another currency than the order’s is not taken for one of its own", async () => {
  const sheet = stage.open({ side: "supplier", record: { currency: "CAD" } });
  await stage.draw(<Field label="Transport" kind="money" noun="freight" />);
  await write(stage.page.querySelector("input") as HTMLInputElement, "145 USD");
  await drawn();
  expect(stage.page.querySelector("[role=alert]")?.textContent).toContain("une autre monnaie");
  expect(sheet.document.content.supplier.get("freight")).toBeUndefined();
});

test("a text is written on as many lines as it takes to read it, and is one line: Enter takes it", async () => {
  const sheet = stage.open({ side: "supplier" });
  await stage.draw(<Field label="Paiement" kind="text" noun="payment_terms" />);
  const field = stage.page.querySelector("textarea") as HTMLTextAreaElement;
  const enter = await write(field, "2 % 10 jours, \n net 30 jours");
  expect(enter.defaultPrevented).toBe(true);
  expect(sheet.document.content.supplier.get("payment_terms")).toBe("2 % 10 jours, net 30 jours");
});
