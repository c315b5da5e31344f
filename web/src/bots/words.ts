import { translator } from "../words/catalogue";
import { EN } from "./words.en";
import { FR } from "./words.fr";

/** The words about robots, in the reader's language. */
export const say = translator(FR, EN);

/** What drove a robot: `stock 12` as people say it. */
export function ruleWord(rule: string): string {
  const [name = "", event = ""] = rule.split(" ");
  return name === "stock" ? say("rule.stock", { event }) : say("rule.other", { rule });
}
