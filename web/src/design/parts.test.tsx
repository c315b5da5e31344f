// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, test, vi } from "vitest";
import { initials } from "./Badge";
import { Chip, Turn } from "./Chip";
import { Combobox } from "./Combobox";
import { DecimalField, TextField } from "./Field";
import { Menu } from "./Menu";
import { Stepper, stepped } from "./Stepper";

let root: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = "<div id='app'></div>";
  root = document.getElementById("app") as HTMLElement;
});

function show(view: preact.ComponentChild): void {
  act(() => render(view, root));
}

function press(target: Element | null, key: string): void {
  act(() => {
    target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
}

function type(target: HTMLInputElement | null, text: string): void {
  act(() => {
    if (target) target.value = text;
    target?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

test("a field that is only read does not say that it may be left out", () => {
  const field = (readOnly: boolean) => (
    <TextField label="Téléphone" optional readOnly={readOnly} value="" onValue={() => undefined} />
  );
  show(field(false));
  expect(root.textContent).toContain("facultatif");
  show(field(true));
  expect(root.textContent).toBe("Téléphone");
});

test("a state is a word and a shape, not only a colour", () => {
  show(<Chip status="changed" />);
  expect(root.textContent).toBe("Modifiée");
  expect(root.querySelector("svg")?.getAttribute("aria-hidden")).toBe("true");
});

test("the turn is said from the reader's side", () => {
  show(<Turn turn="client" side="client" />);
  expect(root.textContent).toBe("À vous");
  show(<Turn turn="client" side="supplier" />);
  expect(root.textContent).toBe("Chez le client");
  show(<Turn turn={null} side="supplier" />);
  expect(root.textContent).toBe("");
});

test("a fault is tied to its field", () => {
  show(<TextField label="Ville" value="" fault="Indiquez la ville." onValue={() => undefined} />);
  const input = root.querySelector("input");
  expect(input?.getAttribute("aria-invalid")).toBe("true");
  const described = document.getElementById(input?.getAttribute("aria-describedby") ?? "");
  expect(described?.textContent).toBe("Indiquez la ville.");
  expect(root.querySelector("label")?.htmlFor).toBe(input?.id);
});

test("a decimal is typed with a comma and told with a point", () => {
  const onValue = vi.fn();
  show(<DecimalField label="Prix" value="12.50" onValue={onValue} />);
  const input = root.querySelector("input");
  expect(input?.value).toBe("12,50");
  type(input, "13,75");
  expect(onValue).toHaveBeenLastCalledWith("13.75");
});

test("what is no decimal is kept as it was typed", () => {
  const onValue = vi.fn();
  show(<DecimalField label="Prix" value="" onValue={onValue} />);
  type(root.querySelector("input"), "douze");
  expect(onValue).toHaveBeenLastCalledWith("douze");
});

test("steps are exact and stop at zero", () => {
  expect(stepped("0.1", "0.2", 1)).toBe("0.3");
  expect(stepped("1", "3", -1)).toBe("0");
});

test("a stepper tells the new quantity", () => {
  const onValue = vi.fn();
  show(<Stepper label="Quantité" value="4" step="2" onValue={onValue} />);
  act(() => root.querySelectorAll("button")[1]?.click());
  expect(onValue).toHaveBeenCalledWith("6");
});

test("what a stepper objects to stays as typed, with the reason, and is told to nobody", () => {
  const onValue = vi.fn();
  const fault = (quantity: string) => (Number(quantity) < 4 ? "Au moins 4." : null);
  show(<Stepper label="Quantité" value="4" fault={fault} onValue={onValue} />);
  const input = root.querySelector("input");
  type(input, "3");
  press(input, "Enter");
  expect(root.querySelector("[role=alert]")?.textContent).toBe("Au moins 4.");
  expect([input?.value, input?.getAttribute("aria-invalid"), onValue.mock.calls]).toEqual(["3", "true", []]);
  type(input, "5");
  expect(root.querySelector("[role=alert]")).toBeNull();
  press(input, "Enter");
  expect(onValue).toHaveBeenCalledWith("5");
});

test("arrows move in a combobox, and Enter chooses", () => {
  const onChoose = vi.fn();
  show(
    <Combobox
      label="Client"
      placeholder=""
      query=""
      onQuery={() => undefined}
      items={["Laurier", "Rival"]}
      id={(name) => name}
      draw={(name) => name}
      onChoose={onChoose}
    />,
  );
  const input = root.querySelector("input");
  press(input, "ArrowDown");
  const active = document.getElementById(input?.getAttribute("aria-activedescendant") ?? "");
  expect(active?.textContent).toBe("Rival");
  expect(active?.getAttribute("aria-selected")).toBe("true");
  press(input, "Enter");
  expect(onChoose).toHaveBeenCalledWith("Rival");
});

test("a menu opens on its first item, and Escape gives the focus back", () => {
  show(
    <Menu label="Compte" trigger="…">
      {() => (
        <button type="button" role="menuitem">
          Fermer la session
        </button>
      )}
    </Menu>,
  );
  const trigger = root.querySelector("button");
  act(() => trigger?.click());
  expect(document.activeElement?.textContent).toBe("Fermer la session");
  press(document.activeElement, "Escape");
  expect(root.querySelector("[role=menu]")).toBeNull();
  expect(document.activeElement).toBe(trigger);
});

test("initials are those of the first and the last word", () => {
  expect(initials("Ébénisterie Boréale")).toBe("ÉB");
  expect(initials("Anna")).toBe("A");
  expect(initials("")).toBe("?");
});

test("a press as soon as a quantity is in sight keeps the reason why it was not taken", async () => {
  render(<Stepper label="Quantité" value="4" fault={() => "Au moins 4."} onValue={() => undefined} />, root);
  root.querySelector("button")?.click();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(root.querySelector("[role=alert]")?.textContent).toBe("Au moins 4.");
});
