import "./design/tokens.css";
import "./design/base.css";
import "./design/buttons.css";
import "./design/fields.css";
import "./design/chips.css";
import "./design/surfaces.css";
import "./design/tables.css";
import "./design/dialogs.css";
import "./design/menus.css";
import "./design/toasts.css";
import "./design/stepper.css";
import "./design/combobox.css";
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
