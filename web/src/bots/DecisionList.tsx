import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../design/icons";
import { nounAt } from "../order/cells";
import type { Content } from "../order/order";
import { useSheet } from "../sheet/context";
import { fieldName, lineName, partsOf, valueName } from "../sheet/labels";
import { BeforeAfter } from "../sheet/Value";
import { moment } from "../sheet/words";
import { type DecidedCell, type Decision, stands } from "./decisions";
import { RobotAbout, UndoButton } from "./Robot";
import { useRobots } from "./robots";
import { ruleWord, say } from "./words";

/** What the robots decided in this order, the newest first. */
export function DecisionList(): JSX.Element {
  const robots = useRobots();
  useEffect(() => void robots.read(), [robots]);
  const all = robots.decisions.value;
  if (all.length === 0) {
    return <p class="quiet">{say(robots.failed.value ? "panel.failed" : "panel.empty")}</p>;
  }
  return (
    <>
      <ol class="history">
        {all.map((decision) => (
          <li key={decision.id} class="history-one robot-decision">
            <OneDecision decision={decision} isNamed />
          </li>
        ))}
      </ol>
      {robots.next.value && (
        <button type="button" class="button small" onClick={() => void robots.more()}>
          {say("panel.more")}
        </button>
      )}
    </>
  );
}

/** What a robot has to do with a line, in its panel: for the supplier the newest decision, for the client its author. */
export function LineDecisions({ line, keys }: { line: string; keys: readonly string[] }): JSX.Element | null {
  const robots = useRobots();
  const newest = robots.decisions.value.find((one) => one.line === line);
  if (!newest) return <RobotAbout keys={keys} />;
  if (newest.state === "undone") return null;
  return (
    <section class="robot-line" aria-label={say("open")}>
      <OneDecision decision={newest} isNamed={false} />
    </section>
  );
}

function OneDecision({ decision, isNamed }: { decision: Decision; isNamed: boolean }): JSX.Element {
  const sheet = useSheet();
  const { content } = sheet.document;
  const robots = useRobots();
  const isStanding = stands(decision, robots.valueAt);
  return (
    <>
      <p class="comment-head">
        <span class={`robot-state is-${decision.state}`}>
          <Icon name="robot" size={14} />
          {stateWord(decision, isStanding)}
        </span>
        <span class="quiet small">{moment(decision.at)}</span>
      </p>
      {isNamed && <p class="strong">{lineName(content, decision.line, sheet.lines.value)}</p>}
      <ul class="robot-cells">
        {decision.cells.filter(isTerm).map(({ cell, before, after }) => (
          <li key={cell}>
            <span class="quiet small">{fieldName(content, partsOf(cell))}</span>
            <BeforeAfter
              before={valueName(content, cell, before ?? asked(content, cell))}
              after={valueName(content, cell, after ?? asked(content, cell))}
            />
          </li>
        ))}
      </ul>
      <p class="quiet small">{decision.reason}</p>
      <p class="quiet small">{say("rule", { rule: ruleWord(`${decision.rule} ${decision.event}`) })}</p>
      {decision.last && <p class="small">{say("last")}</p>}
      {isStanding && (
        <p>
          <UndoButton decision={decision} />
        </p>
      )}
    </>
  );
}

/** The reason is told below, in the reader's language. */
function isTerm({ cell }: DecidedCell): boolean {
  return nounAt(cell) !== "reason";
}

/** Where nothing is offered, what is asked stands. */
function asked(content: Content, cell: string): unknown {
  return content.client.get(cell.replace(/^supplier\//, ""));
}

function stateWord(decision: Decision, isStanding: boolean): string {
  if (decision.state === "undone") {
    return say("state.undone", { name: decision.undone_by ?? "", when: moment(decision.undone_at ?? "") });
  }
  if (decision.state === "would_write") return say("state.would_write");
  return say(isStanding ? "state.written" : "state.passed");
}
