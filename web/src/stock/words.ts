import { translator } from "../words/catalogue";
import { EN } from "./words.en";
import { FR } from "./words.fr";

export type WordKey = keyof typeof FR;

/** The words of the page of stock, in the reader's language. */
export const say = translator(FR, EN);

/** The sentence of a fault found here. */
export function faultWord(code: string): string {
  const key = `fault.${code}`;
  return say(key in FR ? (key as WordKey) : "fault.wrong_type");
}
