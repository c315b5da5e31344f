import { translator } from "../words/catalogue";

export const tell = translator("offline");
