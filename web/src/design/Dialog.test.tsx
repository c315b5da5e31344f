// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Dialog } from "./Dialog";
import { say, Toasts } from "./Toast";

beforeEach(() => {
  document.body.innerHTML = "<div id='app'></div>";
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function show(pointer: "fine" | "coarse"): HTMLDialogElement {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.includes(pointer) }));
  const root = document.getElementById("app") as HTMLElement;
  act(() =>
    render(
      <>
        <Dialog title="Livrer à" onClose={() => undefined}>
          <input name="street" />
        </Dialog>
        <Toasts />
      </>,
      root,
    ),
  );
  return root.querySelector("dialog") as HTMLDialogElement;
}

test("a dialog begins at what one types first, and under a finger at its title, which opens no keyboard", () => {
  show("fine");
  expect(document.activeElement?.localName).toBe("input");
  document.body.innerHTML = "<div id='app'></div>";
  show("coarse");
  expect(document.activeElement?.textContent).toBe("Livrer à");
});

test("what is said while a dialog is open is said in it, before its backdrop", () => {
  const dialog = show("fine");
  const region = dialog.querySelector("[role=status]");
  expect(region?.textContent).toBe("");
  act(() => say("Copié."));
  expect(region?.textContent).toBe("Copié.");
});

test("a dialog that the browser closes by itself stands again, and is asked to close like any other", () => {
  const onClose = vi.fn();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  const root = document.getElementById("app") as HTMLElement;
  act(() => render(<Dialog title="Inviter" onClose={onClose} children={null} />, root));
  const dialog = root.querySelector("dialog") as HTMLDialogElement;
  act(() => dialog.close());
  expect([dialog.open, onClose.mock.calls.length]).toEqual([true, 1]);
});
