// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { drawn, setStage } from "../stage";
import { PointsEditor } from "./Scale";

const HAT = {
  code: "TUQ",
  name_fr: "Tuque",
  name_en: "Hat",
  unit: "each",
  decimals: 0,
  sizing: "scale",
  points: ["S", "M"],
};

const stage = setStage();
const asked = (point: string) => stage.sheet.connection.doc.getMap("client").get(`lines/a/quantity/${point}`);

async function type(point: string, text: string): Promise<void> {
  const input = stage.page.querySelector<HTMLInputElement>(`input[name="${point}"]`) as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await drawn();
}

async function edit(record: object = {}): Promise<string[]> {
  const left: string[] = [];
  stage.open({
    client: { "lines/a/quantity": null, "lines/a/quantity/S": "4" },
    record: { "products/a": HAT, ...record },
  });
  await stage.draw(<PointsEditor line="a" first="" onDone={(move) => left.push(move)} />);
  return left;
}

test("a size takes as many decimals as what is delivered is sold in", async () => {
  const left = await edit();
  await type("M", "2,5");
  expect(stage.page.querySelector(".fault")?.textContent).toContain("décimales");
  expect([asked("M"), left]).toEqual([undefined, []]);
  await type("M", "3");
  expect([asked("S"), asked("M"), left]).toEqual(["4", "3", ["down"]]);
});

test("a size may be typed as it is read, of a product that is sold in parts too", async () => {
  await edit({ "products/a": { ...HAT, unit: "m", decimals: 1 } });
  await type("M", "2,5 m");
  expect(asked("M")).toBe("2.5");
});
