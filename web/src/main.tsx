import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import "./app/shell.css";
import { render } from "preact";
import { App } from "./app/App";
import { askWho, followSession } from "./app/session";
import { followTheme } from "./app/theme";

followTheme();
followSession();
void askWho();

const root = document.getElementById("app");
if (root) render(<App />, root);
