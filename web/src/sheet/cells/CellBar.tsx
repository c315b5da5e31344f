import { RobotAbout } from "../../bots/Robot";
import { hasRobot, useRobots } from "../../bots/robots";
import type { Side } from "../../order/order";
import { labelled } from "../../words";
import { useAuthors } from "../authors";
import { useSheet } from "../context";
import { useProduct } from "../hooks";
import { fieldName, partsOf, valueName } from "../labels";
import { spokenParts } from "../Value";
import { say } from "../words";
import { editingOf, keysOf } from "./columns";
import { columnAt, type GridState } from "./grid";

/** One line about the active cell, as a spreadsheet's formula bar: asked, offered, signed, the reason, why not. */
export function CellBar({ grid }: { grid: GridState }) {
  const { active } = grid.cursor.value;
  const line = grid.lineAt(active.row);
  return (
    <p class="cell-bar" aria-live="off">
      {grid.focused.value && line ? (
        <About line={line} column={columnAt(active.column)} grid={grid} />
      ) : (
        <span>{grid.said.value}</span>
      )}
    </p>
  );
}

function About({
  line,
  column,
  grid,
}: {
  line: string;
  column: ReturnType<typeof columnAt>;
  grid: GridState;
}) {
  const sheet = useSheet();
  const product = useProduct(line);
  const { content } = sheet.document;
  const keys = keysOf(column, line, product, sheet.side.value);
  const told = keys.flatMap((key) => {
    const parts = partsOf(key);
    const states = spokenParts(sheet.cell(line, parts.noun, parts.point), (value) =>
      valueName(content, key, value),
    );
    return states.length > 0 ? [labelled(fieldName(content, parts), states.join(", "))] : [];
  });
  const differing = keys.filter((key) => {
    const parts = partsOf(key);
    const cell = sheet.cell(line, parts.noun, parts.point);
    return cell.differs || cell.changedFrom !== null;
  });
  const reason = sheet.cell(line, "reason").value;
  const withRobot = hasRobot(useRobots(), keys);
  const [first] = keys;
  const refusal = keys.map((key) => sheet.refusalOf(key)).find(Boolean);
  const obstacle = first ? sheet.obstacle(first) : null;
  const editing = editingOf(column, product);
  const hint =
    editing === "panel" ? say("cell.panel_hint") : grid.isEditable(line, column) ? say("cell.edit_hint") : "";
  const about = obstacle ? say(`obstacle.${obstacle}`) : hint;
  return (
    <span class={withRobot ? "cell-about has-robot" : "cell-about"}>
      {told.map((text) => (
        <span key={text}>{text}</span>
      ))}
      {withRobot && <RobotAbout keys={keys} reason={typeof reason === "string" ? reason : ""} />}
      {differing.length > 0 && !withRobot && <Who keys={differing} />}
      {!withRobot && typeof reason === "string" && reason && told.length > 0 && (
        <span>{say("cell.reason", { reason })}</span>
      )}
      {refusal && (
        <span>
          {say("cell.tried", { value: valueName(content, refusal.cell, refusal.tried) })} — {refusal.message}
        </span>
      )}
      {keys.some((key) => sheet.isUnsaved(key)) && <span>{say("cell.unsaved")}</span>}
      {about !== refusal?.message && <span class="cell-bar-hint">{about}</span>}
      {grid.said.value && <span>{grid.said.value}</span>}
    </span>
  );
}

/** Who asked and who offered, and when. */
function Who({ keys }: { keys: readonly string[] }) {
  const authors = useAuthors();
  const last = (register: Side) => keys.map((key) => authors.get(`${register}/${key}`)).find(Boolean);
  const [asker, offerer] = [last("client"), last("supplier")];
  return (
    <>
      {asker && <span>{say("cell.asked_by", { who: asker })}</span>}
      {offerer && <span>{say("cell.offered_by", { who: offerer })}</span>}
    </>
  );
}
