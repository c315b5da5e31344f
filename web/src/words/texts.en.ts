import { EN as bots } from "../bots/words.en";
import { EN as offline } from "../offline/words.en";
import { EN as sheet } from "../sheet/words.en";
import { en as app } from "./en";

/** Every text in English, by the part of the application that says it: one file of the build. Those of the stock are apart. */
export const texts = { app, bots, offline, sheet };
