import { says, translator } from "../words/catalogue";

/** The words of the page of stock, in the reader's language. */
export const say = translator("stock");

/** The sentence of a fault found here. */
export function faultWord(code: string): string {
  const key = `fault.${code}`;
  return say(says("stock", key) ? key : "fault.wrong_type");
}
