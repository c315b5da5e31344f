// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { TextField } from "../design/Field";
import { required, tellForms, unreachable, useForm } from "./form";
import { ProblemNotice } from "./Page";

let root: HTMLElement;
const gone = new Problem(401, "signed_out", "");
const send = vi.fn<(values: object) => Promise<void>>();

function Sample() {
  const form = useForm({ name: "Laurier", city: "" }, send, (values) => required(values, "name"));
  return (
    <form {...form.props}>
      <ProblemNotice problem={form.problem} />
      <TextField
        label="Nom"
        value={form.values.name}
        fault={form.faults.name}
        onValue={(name) => form.set({ name })}
      />
      <TextField
        label="Ville"
        value={form.values.city}
        fault={form.faults.city}
        onValue={(city) => form.set({ city })}
      />
      <Button type="submit" busy={form.busy}>
        Enregistrer
      </Button>
    </form>
  );
}

const field = (at: number) => root.querySelectorAll("input")[at] as HTMLInputElement;

function type(at: number, text: string): void {
  act(() => {
    field(at).value = text;
    field(at).dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function submit(): Promise<void> {
  await act(async () => {
    root.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
}

beforeEach(() => {
  send.mockReset();
  document.body.innerHTML = "<div id='app'></div>";
  root = document.getElementById("app") as HTMLElement;
  act(() => render(<Sample />, root));
});

afterEach(() => act(() => render(null, root)));

test("a refusal keeps what was typed, speaks beside the field and brings the focus to it", async () => {
  const errors = [{ field: "city", code: "missing", message: "Indiquez la ville." }];
  send.mockRejectedValue(new Problem(422, "invalid", "", errors));
  type(0, "Cuisines Laurier");
  await submit();
  expect(field(0).value).toBe("Cuisines Laurier");
  expect(root.querySelector(".fault")?.textContent).toBe("Indiquez la ville.");
  expect(root.querySelector("[role=alert]")?.textContent).toContain("Un champ est à revoir");
  expect(document.activeElement).toBe(field(1));
});

test("what can be known here is not sent", async () => {
  type(0, "  ");
  await submit();
  expect(send).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(field(0));
});

test("the next attempt forgets the faults of the one before", async () => {
  send.mockRejectedValueOnce(new Problem(0, "offline", "")).mockResolvedValueOnce();
  await submit();
  expect(root.querySelector("[role=alert]")).not.toBeNull();
  await submit();
  expect(root.querySelector("[role=alert]")).toBeNull();
  expect(send).toHaveBeenLastCalledWith({ name: "Laurier", city: "" });
});

test("a form is not sent twice while it is on its way", async () => {
  send.mockReturnValue(new Promise(() => undefined));
  await submit();
  await submit();
  expect(send).toHaveBeenCalledOnce();
});

test("a session that is gone leads to another tab, not away from the form", async () => {
  send.mockRejectedValue(gone);
  await submit();
  const link = root.querySelector("[role=alert] a");
  expect(link?.getAttribute("target")).toBe("_blank");
  expect(field(0).value).toBe("Laurier");
});

test("a session that turns out to be gone while somebody types leaves him his form, and says how to go on", async () => {
  expect(tellForms(gone), "nothing was typed").toBe(false);
  type(0, "Cuisines Laurier");
  act(() => expect(tellForms(gone)).toBe(true));
  expect(root.querySelector("[role=alert] a")?.getAttribute("target")).toBe("_blank");
  expect(field(0).value).toBe("Cuisines Laurier");
  await submit();
  expect(tellForms(gone), "it is sent").toBe(false);
});

test("a form that is closed keeps nobody", () => {
  type(0, "Cuisines Laurier");
  act(() => render(null, root));
  expect(tellForms(gone)).toBe(false);
});

test.each(["marc", "marc@laurier", "marc @laurier.example"])("no mail goes to %s", (email) => {
  expect(unreachable({ email }, "email")).toHaveProperty("email");
});

test("an address that was not given is no faulty one", () => {
  expect(unreachable({ email: "" }, "email")).toEqual({});
  expect(unreachable({ email: "marc@laurier.example" }, "email")).toEqual({});
});
