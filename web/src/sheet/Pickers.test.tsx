// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { AddressPicker } from "./Pickers";
import { drawn, setStage } from "./stage";

const stage = setStage();
const onClose = vi.fn();

async function show(address?: object): Promise<HTMLDialogElement> {
  stage.open(address ? { client: { delivery_address: address } } : {});
  await stage.draw(<AddressPicker onClose={onClose} />);
  return stage.page.querySelector("dialog") as HTMLDialogElement;
}

/** A browser submits the form that the button names, wherever that stands. */
function use(dialog: HTMLDialogElement): void {
  const button = dialog.querySelector("footer .primary") as HTMLButtonElement;
  const form = document.getElementById(button.getAttribute("form") ?? "") as HTMLFormElement;
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

const field = (dialog: HTMLDialogElement, name: string) =>
  dialog.querySelector(`[name=${name}]`) as HTMLInputElement;
const written = () => stage.sheet.document.content.client.get("delivery_address");

test("the button that takes a typed address stands in the dialog’s foot", async () => {
  const dialog = await show();
  field(dialog, "street").value = "120, rue du Port";
  use(dialog);
  await drawn();
  expect(written()).toEqual({ street: "120, rue du Port", country: "CA" });
  expect(onClose).toHaveBeenCalled();
});

test("a country is chosen by its name, and the one that stands is among them", async () => {
  const dialog = await show({ street: "1, Grand-Place", country: "BE" });
  const options = [...dialog.querySelectorAll("option")].map((one) => one.textContent);
  expect(options).toEqual(["Canada", "États-Unis", "France", "Belgique"]);
  expect(field(dialog, "country").value).toBe("BE");
});

test("an address of which only the country is left is none", async () => {
  const dialog = await show({ street: "120, rue du Port", country: "CA" });
  field(dialog, "street").value = " ";
  use(dialog);
  await drawn();
  expect(written() ?? null).toBeNull();
});
