import { FR as bots } from "../bots/words.fr";
import { FR as offline } from "../offline/words.fr";
import { FR as sheet } from "../sheet/words.fr";
import { fr as app } from "./fr";

/** Every text in French, by the part of the application that says it: one file of the build. Those of the stock are apart. */
export const texts = { app, bots, offline, sheet };
