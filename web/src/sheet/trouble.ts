import { asProblem } from "../api/problem";
import type { Content } from "../order/order";
import { anchorName, partsOf } from "./labels";
import { say } from "./words";

/** What a refused command is told as, with the names of what is missing. */
export function troubleText(cause: unknown, content: Content): string {
  const problem = asProblem(cause);
  if (problem.code === "offline") return say("command.no_network");
  const told = problem.detail || say("command.failed", { detail: problem.code });
  const cells = problem.errors.map(({ field }) => anchorName(content, partsOf(field).key));
  return problem.code === "incomplete" && cells.length > 0
    ? `${told} ${say("bar.missing", { cells: cells.join("; ") })}`
    : told;
}
