// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider, useLocation } from "preact-iso";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followBack } from "../../app/back";
import { CreateToken } from "../settings/CreateToken";
import { InviteMember } from "../settings/InviteMember";
import { goUnlessUnsaved, Unsaved } from "./Unsaved";

let root: HTMLElement;
const shown: string[] = [];

followBack();

function Place() {
  const { path } = useLocation();
  shown.push(path);
  return <output>{path}</output>;
}

function show(isUnsaved: boolean): void {
  act(() =>
    render(
      <LocationProvider>
        <Place />
        <a href="/team">Équipe</a>
        <a href="/clients/new?from=here">Ici</a>
        <Unsaved isUnsaved={isUnsaved} />
      </LocationProvider>,
      root,
    ),
  );
}

const place = () => root.querySelector("output")?.textContent;
const asked = () => root.querySelector("dialog");

function press(selector: string): void {
  act(() => root.querySelector<HTMLElement>(selector)?.click());
}

/** The browser's button of going back, as the page hears of it. */
function goBackTo(path: string): void {
  act(() => {
    history.replaceState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
  });
}

beforeEach(() => {
  shown.length = 0;
  history.replaceState(null, "", "/clients/new");
  document.body.innerHTML = "<div id='app'></div>";
  root = document.getElementById("app") as HTMLElement;
});

afterEach(() => act(() => render(null, root)));

test("a link is followed at once while nothing is typed", () => {
  show(false);
  press("a");
  expect(asked()).toBeNull();
  expect(place()).toBe("/team");
});

test("a link is followed only once its reader says that what he typed may go", () => {
  show(true);
  press("a");
  expect(place()).toBe("/clients/new");
  press("dialog footer .primary");
  expect(asked(), "he stays").toBeNull();
  expect(place()).toBe("/clients/new");
  press("a");
  press("dialog footer .danger");
  expect(place()).toBe("/team");
});

test("a link to the page itself asks nothing", () => {
  show(true);
  press("a:nth-of-type(2)");
  expect(asked()).toBeNull();
});

test("who goes back stays where he typed, and goes back when he says so", () => {
  show(true);
  const back = vi.spyOn(history, "back").mockImplementation(() => goBackTo("/clients"));
  goBackTo("/clients");
  expect(new Set(shown), "no other page was drawn in between").toEqual(new Set(["/clients/new"]));
  expect(location.pathname).toBe("/clients/new");
  press("dialog footer .danger");
  expect(back).toHaveBeenCalledOnce();
  expect(place()).toBe("/clients");
});

test("a button that leads elsewhere asks as a link does", () => {
  const go = vi.fn();
  show(true);
  act(() => goUnlessUnsaved(go));
  expect(go).not.toHaveBeenCalled();
  press("dialog footer .danger");
  expect(go).toHaveBeenCalledOnce();
  show(false);
  act(() => goUnlessUnsaved(go));
  expect(go).toHaveBeenCalledTimes(2);
});

test("a tab is not closed over what was typed", () => {
  const closing = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));
  show(false);
  expect(closing()).toBe(true);
  show(true);
  expect(closing()).toBe(false);
});

test.each([
  ["an invitation", InviteMember],
  ["a token", CreateToken],
] as const)("the window of %s in which something is typed closes once its reader lets it", (_, Window) => {
  const onClose = vi.fn();
  const none = () => undefined;
  const draw = () =>
    act(() =>
      render(
        <LocationProvider>
          <Window onClose={onClose} onInvited={none} onMade={none} />
        </LocationProvider>,
        root,
      ),
    );
  const pressEscape = () =>
    act(() => void root.querySelector("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true })));
  draw();
  pressEscape();
  expect(onClose).toHaveBeenCalledTimes(1);
  const field = root.querySelector("input") as HTMLInputElement;
  field.value = "Luc";
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  pressEscape();
  press("dialog");
  expect(onClose).toHaveBeenCalledTimes(1);
  press("dialog + dialog footer .primary");
  expect([root.querySelectorAll("dialog").length, field.value]).toEqual([1, "Luc"]);
  pressEscape();
  press("dialog + dialog footer .danger");
  expect(onClose).toHaveBeenCalledTimes(2);
});
