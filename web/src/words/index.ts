import { translator } from "./catalogue";
import { en } from "./en";
import { fr } from "./fr";

export type Key = keyof typeof fr;
export const t = translator(fr, en);
export { language, locale, translator } from "./catalogue";
export * from "./formats";
