import { useEffect, useState } from "preact/hooks";
import { RobotName } from "../../bots/Robot";
import { ruleWord, say as sayOfRobots } from "../../bots/words";
import { nounAt } from "../../order/cells";
import { useSheet } from "../context";
import { anchorName, eventName, partsOf, valueName } from "../labels";
import { type HistoryEntry, history } from "../requests";
import { BeforeAfter } from "../Value";
import { moment, say } from "../words";

/** Every change of the order: who, when, from what, to what, and why. The newest first. */
export function History() {
  const { entries, next, isReading, failed, readOn } = useHistory();
  if (failed) return <p class="quiet">{say("history.failed")}</p>;
  if (isReading && entries.length === 0) return <p class="quiet">{say("history.loading")}</p>;
  return (
    <>
      {entries.length === 0 && <p class="quiet">{say("history.empty")}</p>}
      <ol class="history">
        {entries.filter(isTold).map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {next && (
        <button type="button" class="button small" disabled={isReading} onClick={readOn}>
          {say("history.more")}
        </button>
      )}
    </>
  );
}

/** Where a line stands on the sheet is of no consequence to anybody. */
function isTold(entry: HistoryEntry): boolean {
  return nounAt(entry.cell) !== "position";
}

function useHistory() {
  const sheet = useSheet();
  const [entries, setEntries] = useState<readonly HistoryEntry[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [isReading, setReading] = useState(true);
  const [failed, setFailed] = useState(false);
  const read = (after: string | null) => {
    setReading(true);
    history(sheet.connection.orderId, after)
      .then((page) => {
        setEntries((known) => (after ? [...known, ...page.items] : page.items));
        setNext(page.next);
      })
      .catch(() => setFailed(true))
      .finally(() => setReading(false));
  };
  const { terms } = sheet.standing.value;
  useEffect(() => read(null), [sheet, terms]);
  return { entries, next, isReading, failed, readOn: () => read(next) };
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const isCommand = entry.cell.startsWith("command/");
  const isUndo = entry.cell === "command/undo";
  const told = (value: unknown) => valueName(content, entry.cell, value);
  return (
    <li class="history-one">
      <p class="comment-head">
        <span class="strong">
          {entry.role === "bot" ? <RobotName name={entry.name} /> : entry.name || say("history.system")}
        </span>
        <span class="quiet small">{moment(entry.at)}</span>
      </p>
      {isCommand ? (
        <p>{isUndo ? sayOfRobots("event.undo") : eventName(entry)}</p>
      ) : (
        <p class="history-change">
          <span class="quiet">{anchorName(content, partsOf(entry.cell).key, sheet.lines.value)}</span>
          <BeforeAfter before={told(entry.before)} after={told(entry.after)} />
        </p>
      )}
      {entry.role === "bot" && entry.rule && (
        <p class="quiet small">{sayOfRobots("rule", { rule: ruleWord(entry.rule) })}</p>
      )}
      {entry.reason && !isUndo && <p class="quiet small">{say("bar.reason", { reason: entry.reason })}</p>}
    </li>
  );
}
