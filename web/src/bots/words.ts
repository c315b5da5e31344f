import { translator } from "../words/catalogue";

/** The words about robots, in the reader's language. */
export const say = translator("bots");

/** What drove a robot: `stock 12` as people say it. */
export function ruleWord(rule: string): string {
  const [name = "", event = ""] = rule.split(" ");
  return name === "stock" ? say("rule.stock", { event }) : say("rule.other", { rule });
}
