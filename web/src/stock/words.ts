import { translatorOf } from "../words/catalogue";
import { EN } from "./words.en";
import { FR } from "./words.fr";

type WordKey = keyof typeof FR;

const WORDS = { fr: FR, en: EN };

/** The words of the page of stock, in the reader's language: they come with the page, for those who keep a stock. */
export const say = translatorOf<WordKey>((spoken) => WORDS[spoken]);

/** The sentence of a fault found here. */
export function faultWord(code: string): string {
  const key = `fault.${code}`;
  return say(key in FR ? (key as WordKey) : "fault.wrong_type");
}
