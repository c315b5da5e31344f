// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { handFocusOn } from "./heir";

let stop: () => void;

beforeEach(() => {
  document.body.innerHTML = `
    <main>
      <h1 tabindex="-1">Jetons</h1>
      <a href="/settings" id="elsewhere">Mon profil</a>
      <div id="card">
        <ul><li><button id="one">1</button></li><li><button id="two">2</button></li><li><button id="three">3</button></li></ul>
      </div>
      <div role="grid"><div tabindex="0" id="cell"></div><div tabindex="0" id="other"></div></div>
    </main>`;
  stop = handFocusOn();
});

afterEach(() => stop());

const part = (id: string) => document.getElementById(id) as HTMLElement;
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Removes something while one of its parts, or itself, has the focus; then tells who has it. */
async function without(
  focused: string,
  removed: Element | null | undefined,
  then = () => {},
): Promise<string> {
  part(focused).focus();
  removed?.remove();
  then();
  await settled();
  return document.activeElement?.id || (document.activeElement?.localName ?? "");
}

test("the focus of a row that goes is the next row's, and of the last row the one before", async () => {
  expect(await without("two", part("two").parentElement)).toBe("three");
  expect(await without("three", part("three").parentElement)).toBe("one");
});

test("what takes the place of a list has its focus", async () => {
  const list = document.querySelector("ul");
  const draw = () => part("card").insertAdjacentHTML("beforeend", "<button id='create'>Créer</button>");
  expect(await without("one", list, draw)).toBe("create");
});

test("where nothing is left to press, the heading of the page has it", async () => {
  expect(await without("one", part("card"))).toBe("h1");
});

test("a grid has its own say", async () => {
  expect(await without("cell", part("cell"))).toBe("body");
});

test("who was given the focus meanwhile keeps it", async () => {
  expect(await without("one", part("one"), () => part("elsewhere").focus())).toBe("elsewhere");
});

test("who had left of himself is not called back when his place goes later", async () => {
  part("two").focus();
  part("two").blur();
  await settled();
  part("two").remove();
  await settled();
  expect(document.activeElement).toBe(document.body);
});
