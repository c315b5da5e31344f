import { useRobots } from "../../bots/robots";
import { say as sayOfRobots } from "../../bots/words";
import { useSheet } from "../context";
import { say } from "../words";

export type AsideTab = "comments" | "history" | "robots";

export function titleOf(tab: AsideTab): string {
  return tab === "robots" ? sayOfRobots("title") : say(`${tab}.title`);
}

/** What there is to look at beside the sheet: what robots decided, only for the supplier and where they did. */
export function useAsideTabs(): readonly AsideTab[] {
  const hasDecided = useRobots().decisions.value.length > 0;
  const isOurs = useSheet().side.value === "supplier";
  return ["comments", "history", ...(hasDecided && isOurs ? (["robots"] as const) : [])];
}
