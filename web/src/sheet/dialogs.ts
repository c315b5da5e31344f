/** What the first view of a sheet does not show, in one file of the build. */
import "./beside/aside.css";
import "./dialogs.css";

export { Adding } from "./Adding";
export { Aside } from "./beside/Aside";
export { LinePanel } from "./cells/LinePanel";
export { AddressPicker, ContactPicker } from "./Pickers";
export { ReasonDialog } from "./signing/ReasonDialog";
export { ReviewDialog } from "./signing/ReviewDialog";
