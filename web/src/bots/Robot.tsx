import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { asProblem } from "../api/problem";
import { sentence } from "../app/form";
import { Icon } from "../design/icons";
import { say as announce } from "../design/Toast";
import { useSheet } from "../sheet/context";
import { valueName } from "../sheet/labels";
import { moment } from "../sheet/words";
import { type Decision, standingFor, undoDecision, wouldWrite } from "./decisions";
import { robotAddresses, useRobots } from "./robots";
import { ruleWord, say } from "./words";
import "./robots.css";

/** In the corner of a cell that a robot wrote: its shape, and who it is for those who hear. */
export function RobotMark({ keys }: { keys: readonly string[] }): JSX.Element | null {
  const robots = useRobots();
  const addresses = robotAddresses(keys);
  const writer = addresses.map((address) => robots.writerOf(address)).find(Boolean);
  if (writer) {
    return (
      <span class="robot-mark" title={say("cell.by", { name: writer.name, when: moment(writer.at) })}>
        <Icon name="robot" size={12} />
        <span class="unseen">, {say("cell.spoken", { name: writer.name })}</span>
      </span>
    );
  }
  const would = wouldWrite(robots.decisions.value, addresses, robots.valueAt);
  if (!would) return null;
  return (
    <span class="robot-mark is-trial" title={say("state.would_write")}>
      <Icon name="robot" size={12} />
      <span class="unseen">, {say("state.would_write")}</span>
    </span>
  );
}

/** About a cell that a robot wrote, or would write: who, when, by which rule; and for the supplier the way back. */
export function RobotAbout({
  keys,
  reason = "",
}: {
  keys: readonly string[];
  reason?: string;
}): JSX.Element | null {
  const robots = useRobots();
  const { content } = useSheet().document;
  const addresses = robotAddresses(keys);
  const writer = addresses.map((address) => robots.writerOf(address)).find(Boolean);
  const all = robots.decisions.value;
  const would = wouldWrite(all, addresses, robots.valueAt);
  if (!writer) {
    if (!would) return null;
    return (
      <span class="robot-about">
        <Icon name="robot" size={14} />
        {say("cell.would", { value: valueName(content, would.cell, would.after) })}
      </span>
    );
  }
  const decision = standingFor(all, addresses, robots.valueAt);
  return (
    <span class="robot-about">
      <Icon name="robot" size={14} />
      <span>{say("cell.by", { name: writer.name, when: moment(writer.at) })}</span>
      {decision && <UndoButton decision={decision} />}
      {reason && <span class="robot-reason">{reason}</span>}
      {writer.rule && <span class="quiet">{say("rule", { rule: ruleWord(writer.rule) })}</span>}
    </span>
  );
}

/** One click takes back what a robot wrote, and the robot does not come back to it. */
export function UndoButton({ decision }: { decision: Decision }): JSX.Element | null {
  const sheet = useSheet();
  const robots = useRobots();
  const [busy, setBusy] = useState(false);
  if (sheet.connection.hello.value?.role === "viewer") return null;
  const undo = async () => {
    setBusy(true);
    try {
      await undoDecision(sheet.connection.orderId, decision.id);
      announce(say("undo.done"));
    } catch (cause) {
      announce(sentence(asProblem(cause)));
    }
    await robots.read();
    setBusy(false);
  };
  return (
    <button
      type="button"
      class="button small robot-undo"
      aria-busy={busy}
      // The cell keeps the focus, or what is said about it would go before the click arrives.
      onMouseDown={(event) => event.preventDefault()}
      onClick={busy ? undefined : undo}
    >
      {say("undo")}
    </button>
  );
}

/** `Robot Stock`, with its shape. */
export function RobotName({ name }: { name: string }): JSX.Element {
  return (
    <span class="robot-name">
      <Icon name="robot" size={14} />
      {say("robot.named", { name })}
    </span>
  );
}
