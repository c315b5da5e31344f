// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openSheet } from "./fixture";
import type { Sheet } from "./sheet";

const LINES = 400;

function manyLines(): Record<string, unknown> {
  const cells: Record<string, unknown> = {};
  for (let at = 0; at < LINES; at += 1) {
    cells[`lines/n${at}/product`] = "p1";
    cells[`lines/n${at}/position`] = `5${String(at).padStart(4, "0")}`;
    cells[`lines/n${at}/quantity`] = "1";
  }
  return cells;
}

describe("a large order", () => {
  let sheet: Sheet;

  beforeEach(() => {
    vi.useFakeTimers();
    sheet = openSheet({ client: manyLines() });
  });

  afterEach(() => {
    sheet.destroy();
    sheet.connection.destroy();
    vi.useRealTimers();
  });

  test("stands at once as it is opened, and a moment behind what is typed", () => {
    expect(sheet.standing.value.totals.lines.size).toBe(LINES + 2);
    sheet.edit.set("lines/a/quantity", "100");
    expect(sheet.standing.value.totals.lines.get("a")).toBe("120.00");
    vi.advanceTimersByTime(1000);
    expect(sheet.standing.value.totals.lines.get("a")).toBe("1000.00");
  });

  test("lets other work come between its parts, and begins again when something is typed meanwhile", () => {
    const seen: string[] = [];
    sheet.edit.set("lines/a/quantity", "100");
    vi.advanceTimersToNextTimer(); // the first part is done
    const before = sheet.standing.value;
    vi.advanceTimersToNextTimer();
    expect(sheet.standing.value).toBe(before);
    sheet.edit.set("lines/a/quantity", "200");
    const stop = sheet.standing.subscribe(({ totals }) => seen.push(totals.lines.get("a") ?? ""));
    vi.advanceTimersByTime(1000);
    stop();
    expect(seen).toEqual(["120.00", "2000.00"]);
  });
});
