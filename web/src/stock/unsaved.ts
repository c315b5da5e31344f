import type { Page } from "../api/shapes";
import { asText } from "../grid/clipboard";
import { wholeOf } from "../offline/answers";
import { storeFor } from "../offline/device";
import { tell } from "../offline/words";
import { language } from "../words";
import { keptRows } from "./kept";
import { arrivalsText, type Level, plainNumber, type Wanted } from "./level";
import { placeName } from "./names";
import { say } from "./words";

/** What a person typed into the stock and nobody saved yet, as text to take along; empty where there is nothing. */
export async function unsavedStock(userId: string): Promise<string> {
  const rows = keptRows(userId);
  if (rows.length === 0) return "";
  const codes = await codesHere(userId).catch(() => new Map<string, string>());
  const title = tell("leave.item", { name: say("title"), count: rows.length });
  return [title, ...rows.flatMap((row) => linesOf(row, codes))].join("\n");
}

/** One line for each value: which stock and what of it, a tab, what it says. */
function linesOf(row: Wanted, codes: ReadonlyMap<string, string>): string[] {
  const { on_hand, arrivals } = row;
  const named = [codes.get(row.product_id) ?? row.product_id, placeName(row, undefined)].filter(Boolean);
  const line = (column: string, value: string) =>
    `${asText([...named, column].join(" · "))}\t${asText(value)}`;
  const count = on_hand ? plainNumber(on_hand, language.value) : say("no_longer");
  return [
    ...(on_hand === undefined ? [] : [line(say("column.on_hand"), count)]),
    ...(arrivals ? [line(say("column.arrivals"), arrivalsText(arrivals, language.value))] : []),
  ];
}

/** The products of the stock as it lies on this device, by id. */
async function codesHere(userId: string): Promise<ReadonlyMap<string, string>> {
  const found = await (await storeFor(userId))?.answer(wholeOf("/api/stock"));
  const levels = (found?.body as Page<Level> | undefined)?.items ?? [];
  return new Map(levels.map(({ product_id, code }) => [product_id, code]));
}
