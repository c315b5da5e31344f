import { laterPart } from "../app/later";

/** What opens over a sheet or beside it. */

const dialogs = () => import("./dialogs");

export const Adding = laterPart(() => dialogs().then((all) => all.Adding));
export const AddressPicker = laterPart(() => dialogs().then((all) => all.AddressPicker));
export const Aside = laterPart(() => dialogs().then((all) => all.Aside));
export const ContactPicker = laterPart(() => dialogs().then((all) => all.ContactPicker));
export const LinePanel = laterPart(() => dialogs().then((all) => all.LinePanel));
export const ReasonDialog = laterPart(() => dialogs().then((all) => all.ReasonDialog));
export const ReviewDialog = laterPart(() => dialogs().then((all) => all.ReviewDialog));

/** Fetches them all, so that they are there at once, and when the network is not. */
export function fetchParts(): void {
  for (const part of [Adding, AddressPicker, Aside, ContactPicker, LinePanel, ReasonDialog, ReviewDialog])
    part.ahead();
}
