import { translator } from "./catalogue";
import type { fr } from "./fr";

export type Key = keyof typeof fr;
export const t = translator("app");
export { isSpoken, labelled, language, learn, locale, turnTo } from "./catalogue";
export * from "./formats";
