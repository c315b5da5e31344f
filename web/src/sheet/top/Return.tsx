import { useState } from "preact/hooks";
import { IconButton } from "../../design/Button";
import { nounAt } from "../../order/cells";
import { type Absence, type Difference, isNothing, lineOf } from "../../sync/absence";
import type { GridState } from "../cells/grid";
import { useSheet } from "../context";
import { anchorName, partsOf, valueName } from "../labels";
import { BeforeAfter } from "../Value";
import { momentIn, say } from "../words";
import type { Homecoming } from "./homecoming";

const SHOWN = 12;

/**
 * On return: theirs, yours, what was not taken. One sentence after a moment; the whole list after longer, or when both
 * sides touched one line. Nothing happened, nothing is said.
 */
export function Return({ grid }: { grid: GridState }) {
  const { homecoming } = useSheet();
  const home = homecoming.value;
  const [isOpen, setOpen] = useState<boolean | null>(null);
  if (!home) return null;
  const { absence, refused, since } = home;
  if (isNothing(absence) && refused === 0) return null;
  const isWhole = isOpen ?? (home.isLong || absence.isCrossed || absence.turns.length > 0 || refused > 0);
  return (
    <section class="absence" aria-label={say("return.title")} data-absence={isWhole ? "whole" : "short"}>
      <header>
        <p role="status">
          <span class="strong">{say("return.since", { since: momentIn("since", since) })}</span>{" "}
          {sentence(home)}
        </p>
        <button type="button" class="link" aria-expanded={isWhole} onClick={() => setOpen(!isWhole)}>
          {say(isWhole ? "return.less" : "return.more")}
        </button>
        <IconButton
          icon="close"
          label={say("close")}
          small
          onClick={() => {
            homecoming.value = null;
          }}
        />
      </header>
      {isWhole && (
        <>
          <Turns absence={absence} />
          <Group kind="replaced" told={absence.replaced} grid={grid} />
          <Group kind="theirs" told={absence.theirs} grid={grid} />
          <Group kind="mine" told={absence.mine} grid={grid} />
        </>
      )}
    </section>
  );
}

function sentence({ absence, refused }: Homecoming): string {
  const { theirs, mine, replaced } = absence;
  const told = [
    theirs.length + replaced.length > 0 && say("return.theirs", { count: theirs.length + replaced.length }),
    mine.length > 0 && say("return.mine", { count: mine.length }),
    refused > 0 && say("return.refused", { count: refused }),
  ].filter(Boolean);
  return told.length > 0 ? `${told.join("; ")}.` : "";
}

function Turns({ absence }: { absence: Absence }) {
  if (absence.turns.length === 0) return null;
  return (
    <ul class="absence-turns">
      {absence.turns.map((turn) => (
        <li key={turn} data-turn={turn}>
          {say(`return.turn.${turn}`)}
        </li>
      ))}
    </ul>
  );
}

interface GroupProps {
  readonly kind: "theirs" | "mine" | "replaced";
  readonly told: readonly Difference[];
  readonly grid: GridState;
}

function Group({ kind, told, grid }: GroupProps) {
  const [isAll, setAll] = useState(false);
  const { lines } = useSheet();
  if (told.length === 0) return null;
  const ordered = inOrder(told, lines.value);
  const shown = isAll ? ordered : ordered.slice(0, SHOWN);
  return (
    <div class="absence-group" data-group={kind}>
      <h2 class="fact-label">{say(`return.group.${kind}`)}</h2>
      <ul>
        {shown.map((difference) => (
          <One key={difference.address} difference={difference} kind={kind} grid={grid} />
        ))}
      </ul>
      {shown.length < told.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {say("return.all", { count: told.length })}
        </button>
      )}
    </div>
  );
}

/** As the sheet reads: the order's own first, then line by line. */
function inOrder(told: readonly Difference[], lines: readonly string[]): Difference[] {
  const place = ({ address }: Difference) => {
    const line = lineOf(address);
    return line === null ? -1 : lines.indexOf(line);
  };
  return [...told].sort((a, b) => place(a) - place(b));
}

function One({ difference, kind, grid }: { difference: Difference; kind: string; grid: GridState }) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const { address, before, after } = difference;
  const { key } = partsOf(address);
  const line = lineOf(address);
  const told = (value: unknown) => valueName(content, address, value);
  const isLine = nounAt(address) === "product";
  const restore = kind === "replaced" && sheet.mayWrite(key);
  return (
    <li>
      <span>{anchorName(content, isLine && line ? `lines/${line}` : key, sheet.lines.value)}</span>{" "}
      {isLine && kind !== "replaced" ? (
        <span class="quiet">{say("mark.added")}</span>
      ) : (
        <BeforeAfter before={kind === "mine" ? "" : told(before)} after={told(after) || say("cell.empty")} />
      )}
      {restore && (
        <button type="button" class="link" onClick={() => sheet.edit.set(key, before ?? null)}>
          {say("refused.apply")}
        </button>
      )}
      {!restore && line && (
        <button type="button" class="link" onClick={() => show(grid, line)}>
          {say("return.see")}
        </button>
      )}
    </li>
  );
}

/** Goes to a line; the focus too, which was on the button. */
function show(grid: GridState, line: string): void {
  grid.focused.value = true;
  grid.goTo(line);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".grid-cell.is-active")?.focus());
}
