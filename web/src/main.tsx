import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import "./app/shell.css";
import { render } from "preact";
import { App } from "./app/App";
import { fetchAhead } from "./app/routes";
import { askWho, followSession } from "./app/session";
import { followTheme } from "./app/theme";
import { followVersion } from "./offline/version";

followTheme();
followSession();
void askWho();
fetchAhead(location.pathname);
void followVersion();

const root = document.getElementById("app");
if (root) render(<App />, root);
