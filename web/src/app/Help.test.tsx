// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "../words/catalogue";
import { Help } from "./Help";

let page: HTMLElement;

beforeEach(() => {
  language.value = "fr";
  page = document.createElement("main");
  document.body.append(page);
});

afterEach(() => {
  page.remove();
});

function keysOver(content: string): string[] {
  page.innerHTML = content;
  const place = document.createElement("div");
  page.append(place);
  render(<Help onClose={() => undefined} />, place);
  const keys = [...place.querySelectorAll("kbd")].map((key) => key.textContent ?? "");
  render(null, place);
  return keys;
}

test("over a list the keys of lists are told, and over a grid those of a grid", () => {
  expect(keysOver("<a class='row-link'></a>")).toEqual([
    "/",
    "n",
    "j",
    "↓",
    "k",
    "↑",
    "Entrée",
    "Échap",
    "?",
  ]);
  const sheet = keysOver("<div role='grid'></div>");
  expect(sheet).toContain("Suppr");
  expect(sheet).toContain("Ctrl + V");
  expect(sheet).not.toContain("j");
  expect(sheet).not.toContain("/");
  expect(sheet).not.toContain("Ctrl + Entrée");
  expect(keysOver("<div role='grid'></div><div class='action-bar'></div>")).toContain("Ctrl + Entrée");
  expect(keysOver("<input data-key='search'><div role='grid'></div>")).toContain("/");
});
