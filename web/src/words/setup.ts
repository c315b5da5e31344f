import { learn, turnTo } from "./catalogue";

/** For the tests: both languages are here, and the page speaks French. */
await learn("en");
await turnTo("fr");
