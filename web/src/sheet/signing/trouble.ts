import { asProblem } from "../../api/problem";
import { keysName, partsOf } from "../labels";
import type { Sheet } from "../sheet";
import { say } from "../words";

/** What a refused command is told as, with the names of what is missing. */
export function troubleText(cause: unknown, sheet: Sheet): string {
  const problem = asProblem(cause);
  if (problem.code === "offline") return say("command.no_network");
  const told = problem.detail || say("command.failed", { detail: problem.code });
  if (problem.code !== "incomplete" || problem.errors.length === 0) return told;
  return `${told} ${say("bar.missing", {
    cells: keysName(
      sheet.document.content,
      problem.errors.map(({ field }) => partsOf(field).key),
      sheet.lines.value,
    ),
  })}`;
}
