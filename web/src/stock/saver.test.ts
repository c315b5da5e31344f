import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../api/problem";
import type { Wanted } from "./level";
import { type Answer, AT_ONCE, pauseBefore, Saver } from "./saver";

const FINE: Answer = { errors: [] };
let waiting: (() => void)[];
let kept: readonly Wanted[];
let keys: number;
const put = vi.fn<(rows: readonly Wanted[], key: string) => Promise<Answer>>();
let saver: Saver;

beforeEach(() => {
  waiting = [];
  keys = 0;
  put.mockReset().mockResolvedValue(FINE);
  saver = new Saver({
    put,
    keep: (rows) => {
      kept = rows;
    },
    newKey: () => `key ${++keys}`,
    later: (does) => {
      waiting = [does];
      return () => {
        waiting = waiting.filter((one) => one !== does);
      };
    },
  });
});

function row(product_id: string, on_hand: string | null, seen = "20"): Wanted {
  return { product_id, point: "", variant: "", on_hand, seen: { on_hand: seen } };
}

/** Let the time come that was waited for. */
async function pass(): Promise<void> {
  const due = waiting;
  waiting = [];
  for (const does of due) does();
  await new Promise((resolve) => setTimeout(resolve));
}

test("what is typed gathers, goes out once, and is kept on the device until it is saved", async () => {
  saver.set([row("a", "4")]);
  saver.set([row("b", "5"), row("a", "6")]);
  expect(kept).toEqual([row("a", "6"), row("b", "5")]);
  expect(saver.state.value).toBe("saving");
  await pass();
  expect(put.mock.calls).toEqual([[[row("a", "6"), row("b", "5")], "key 1"]]);
  expect([saver.state.value, kept]).toEqual(["saved", []]);
});

test("many rows go out in batches, each under its own key", async () => {
  saver.set(Array.from({ length: AT_ONCE + 1 }, (_, at) => row(`p${at}`, "1")));
  await pass();
  await pass();
  expect(put.mock.calls.map(([rows, key]) => [rows.length, key])).toEqual([
    [AT_ONCE, "key 1"],
    [1, "key 2"],
  ]);
});

test("what the network swallowed is sent again under the same key, and nothing typed since is lost", async () => {
  put.mockRejectedValueOnce(new Problem(0, "offline", ""));
  saver.set([row("a", "4")]);
  await pass();
  expect([saver.state.value, kept]).toEqual(["waiting", [row("a", "4")]]);
  saver.set([row("a", "9")]);
  await pass();
  await pass();
  expect(put.mock.calls).toEqual([
    [[row("a", "4")], "key 1"],
    [[row("a", "4")], "key 1"],
    [[row("a", "9", "4")], "key 2"],
  ]);
  expect(saver.state.value).toBe("saved");
});

test("a row that is left out stays with its reason, the others are saved, and typing tries it again", async () => {
  put.mockResolvedValueOnce({ errors: [{ row: 1, field: "on_hand", message: "Trop de décimales." }] });
  const saved = vi.fn();
  saver.onSaved = saved;
  saver.set([row("a", "4"), row("b", "5.5")]);
  await pass();
  expect(saver.state.value).toBe("refused");
  expect([...saver.faults.value.values()]).toEqual([{ field: "on_hand", message: "Trop de décimales." }]);
  expect(saved).toHaveBeenCalledWith([row("a", "4")]);
  expect(kept).toEqual([row("b", "5.5")]);
  saver.set([row("b", "5")]);
  await pass();
  expect(put).toHaveBeenLastCalledWith([row("b", "5")], "key 2");
  expect([saver.state.value, saver.faults.value.size]).toEqual(["saved", 0]);
});

test("a value typed again while it was on its way is sent again", async () => {
  let answer: (given: Answer) => void = () => undefined;
  put.mockReturnValueOnce(
    new Promise((resolve) => {
      answer = resolve;
    }),
  );
  saver.set([row("a", "4")]);
  await pass();
  saver.set([row("a", "5")]);
  answer({ errors: [{ row: 0, field: "on_hand", message: "Non." }] });
  await pass();
  await pass();
  expect(put).toHaveBeenLastCalledWith([row("a", "5")], "key 2");
  expect([saver.state.value, saver.faults.value.size]).toEqual(["saved", 0]);
});

test("a refusal of the whole is told at each row; a session that ended only waits", async () => {
  put.mockRejectedValueOnce(new Problem(403, "role_too_low", "Votre rôle ne le permet pas."));
  saver.set([row("a", "4"), row("b", "5")]);
  await pass();
  expect([saver.state.value, saver.faults.value.size]).toEqual(["refused", 2]);
  put.mockRejectedValueOnce(new Problem(401, "signed_out", ""));
  saver.set([row("c", "6")]);
  await pass();
  expect([saver.state.value, saver.problem.value?.code]).toEqual(["waiting", "signed_out"]);
});

test("what somebody else set meanwhile is told, and what is typed then has seen it", async () => {
  const present = { on_hand: "8", arrivals: [] };
  const told = { row: 0, field: "on_hand", message: "A changé.", present };
  put.mockResolvedValueOnce({ errors: [told] });
  saver.set([row("a", "12")]);
  await pass();
  expect([...saver.faults.value.values()]).toEqual([{ field: "on_hand", message: "A changé.", present }]);
  saver.set([row("a", "13")]);
  await pass();
  expect(put).toHaveBeenLastCalledWith([row("a", "13", "8")], "key 2");
  expect(saver.state.value).toBe("saved");
});

test("what was wanted of a level can be forgotten", async () => {
  put.mockResolvedValueOnce({ errors: [{ row: 0, field: "on_hand", message: "A changé." }] });
  saver.set([row("a", "12")]);
  await pass();
  saver.drop("a//");
  expect([saver.state.value, saver.pending.value.size, kept]).toEqual(["saved", 0, []]);
});

test("values of one level that are typed one after the other go out together, each with what was seen", async () => {
  const arrivals = [{ quantity: "6", date: "2027-01-03" }];
  const place = { product_id: "a", point: "", variant: "" };
  saver.set([row("a", "4")]);
  saver.set([{ ...place, arrivals, seen: { arrivals: [] } }]);
  saver.set([row("a", "5", "4")]);
  await pass();
  expect(put.mock.calls[0]?.[0]).toEqual([
    { ...place, on_hand: "5", arrivals, seen: { on_hand: "20", arrivals: [] } },
  ]);
});

test("the tries come further and further apart, up to half a minute", () => {
  expect([1, 2, 3, 9].map(pauseBefore)).toEqual([1000, 2000, 4000, 30_000]);
});
