import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say as sayOfRobots } from "../bots/words";
import { useSheet } from "./context";
import { type HistoryEntry, history } from "./requests";
import type { Sheet } from "./sheet";
import { moment, say } from "./words";

/** Who last changed each address and when, as text. */
export type Authors = ReadonlyMap<string, string>;

interface Known {
  readonly authors: Signal<Authors>;
  /** The terms for which they were read. */
  terms: string | null;
}

const KNOWN = new WeakMap<Sheet, Known>();

/** Who last touched each address, as far as the newest page of the history tells; read again when terms change. */
export function useAuthors(): Authors {
  const sheet = useSheet();
  const { terms } = sheet.standing.value;
  const known = knownOf(sheet);
  useEffect(() => {
    if (known.terms === terms) return;
    known.terms = terms;
    // Without a network the names are left out: the values themselves are there.
    read(sheet).then(
      (authors) => {
        known.authors.value = authors;
      },
      () => undefined,
    );
  }, [sheet, known, terms]);
  return known.authors.value;
}

function knownOf(sheet: Sheet): Known {
  const known = KNOWN.get(sheet) ?? { authors: signal<Authors>(new Map()), terms: null };
  KNOWN.set(sheet, known);
  return known;
}

async function read(sheet: Sheet): Promise<Authors> {
  const { items } = await history(sheet.connection.orderId, null);
  const told = [...items].sort((a, b) => a.id - b.id);
  return new Map(told.map((entry) => [entry.cell, `${authorName(entry)}, ${moment(entry.at)}`]));
}

/** Who made a change, as people say it. */
function authorName({ name, role }: Pick<HistoryEntry, "name" | "role">): string {
  if (role === "bot") return sayOfRobots("robot.named", { name });
  return name || say("history.system");
}
