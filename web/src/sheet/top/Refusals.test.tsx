// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { Dialog, DialogNotice } from "../../design/Dialog";
import { signature } from "../fixture";
import { drawn, setStage } from "../stage";
import { RefusalsInDialog } from "./Refusals";

const stage = setStage(async () => new Response(null, { status: 204 }));

beforeEach(() => {
  stage.open({ signatures: { client: signature("Anna") } });
});

async function refuse(...lines: string[]): Promise<void> {
  stage.sheet.connection.refusals.value = lines.map((line) => ({
    id: line,
    cell: `client/lines/${line}/quantity`,
    code: "below_minimum",
    message: "La quantité minimale est 10.",
    tried: "3",
    kept: "12",
  }));
  await drawn();
}

async function showDialog(): Promise<HTMLDialogElement> {
  await stage.draw(
    <DialogNotice.Provider value={RefusalsInDialog}>
      <Dialog title="Ligne 1" onClose={() => undefined}>
        <div class="body">
          <input id="first" />
        </div>
      </Dialog>
    </DialogNotice.Provider>,
  );
  return stage.page.querySelector("dialog") as HTMLDialogElement;
}

const told = () => stage.page.querySelector("[role=alert]")?.textContent?.replaceAll("\u00a0", " ");

test("a refusal that comes while a dialog is open stands above what is in it, is told, and offers the value back", async () => {
  const dialog = await showDialog();
  expect(told()).toBe("");
  await refuse("a");
  const tray = dialog.querySelector("header + * + .refusals, header + .refusals");
  expect(tray?.nextElementSibling?.className).toBe("body");
  expect(told()).toBe(
    "1 modification n’a pas été retenue. 1. Charnière · Quantité — La quantité minimale est 10.",
  );
  [...(tray?.querySelectorAll("button") ?? [])].find((one) => one.textContent === "Réessayer")?.click();
  await drawn();
  expect(stage.sheet.document.content.client.get("lines/a/quantity")).toBe("3");
  expect(dialog.querySelector(".refusals")).toBeNull();
});

test("one that was there before the dialog is shown in it and not told again", async () => {
  await refuse("a");
  const dialog = await showDialog();
  expect(dialog.querySelector("[data-refusals]")).not.toBeNull();
  expect(told()).toBe("");
  await refuse("a", "b");
  expect(told()).toContain("2. Charnière");
});

test("the last one that is dismissed leaves the focus to the dialog", async () => {
  const dialog = await showDialog();
  await refuse("a");
  const dismiss = dialog.querySelector<HTMLElement>("[data-dismiss]");
  dismiss?.focus();
  dismiss?.click();
  await drawn();
  expect(document.activeElement?.id).toBe("first");
});
