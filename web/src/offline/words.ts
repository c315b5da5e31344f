import { translator } from "../words/catalogue";
import { EN } from "./words.en";
import { FR } from "./words.fr";

export const tell = translator(FR, EN);
