// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { beforeEach, expect, test, vi } from "vitest";
import type { Me } from "../../api/shapes";
import { askToLeave, isLeaving } from "../../app/leaving";
import { session, signedIn } from "../../app/session";
import { room } from "../../offline/device";
import { isGuarded } from "../../offline/guard";
import type { Status } from "../../sync/connection";
import type { Visit } from "../../sync/visit";
import { closeWhenSent } from "./leaving";

const ANNA = { user: { id: "anna", name: "Anna", language: "fr" }, company: { id: "c" } } as unknown as Me;

function left(edits = 1) {
  const unsaved = signal(edits);
  const status = signal<Status>({ kind: "offline" });
  const close = vi.fn();
  closeWhenSent(
    { connection: { unsaved, status }, beginning: signal(null), close } as unknown as Visit,
    "anna",
  );
  return { unsaved, status, close };
}

beforeEach(() => {
  signedIn(ANNA);
  room.value = "full";
});

test("an order of which all is saved, or all lies on the device, is closed as it is left", () => {
  expect(left(0).close).toHaveBeenCalledOnce();
  room.value = "kept";
  expect(left().close).toHaveBeenCalledOnce();
});

test("one of which something lies on no device is closed once that is sent, and the page asks until then", async () => {
  const { unsaved, close } = left();
  expect([close.mock.calls.length, isGuarded()]).toEqual([0, true]);
  await askToLeave();
  expect([isLeaving.value, session.value.state]).toEqual([true, "in"]);
  unsaved.value = 0;
  expect([close.mock.calls.length, isGuarded()]).toEqual([1, false]);
});

test("nobody else's session sends what somebody left behind", () => {
  const { close } = left();
  session.value = { state: "out", lost: false };
  expect(close).toHaveBeenCalledOnce();
  expect(left().close).toHaveBeenCalledOnce();
});

test("one that is closed for good is not waited for", () => {
  const { status, close } = left();
  status.value = { kind: "closed", code: 4404, ending: "not_found" };
  expect(close).toHaveBeenCalledOnce();
});
