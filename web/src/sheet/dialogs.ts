/** What the first view of a sheet does not show, in one file of the build. */
import "./aside.css";
import "./dialogs.css";

export { Adding } from "./Adding";
export { Aside } from "./Aside";
export { LinePanel } from "./LinePanel";
export { AddressPicker, ContactPicker } from "./Pickers";
export { ReasonDialog } from "./ReasonDialog";
export { ReviewDialog } from "./ReviewDialog";
