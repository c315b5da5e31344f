import { other } from "../order/order";
import { signatureOf } from "../order/terms";
import type { CommandName } from "./requests";
import type { Sheet } from "./sheet";

/** What a person is offered to do beside signing, by its word; each is one of the server's commands with a reason. */
export type Act = "decline" | "refuse_amendment" | "refuse_cancel" | "cancel" | "ask_cancel" | "agree_cancel";

export const COMMAND_OF: Readonly<Record<Act, CommandName>> = {
  decline: "decline",
  refuse_amendment: "decline",
  refuse_cancel: "decline",
  cancel: "cancel",
  ask_cancel: "cancel",
  agree_cancel: "cancel",
};

/** What a reader may do with the order as it stands. `main`: the one that is his to do now, if any. */
export interface Actions {
  readonly main: "send" | "accept" | "amend" | null;
  readonly others: readonly Act[];
}

/** The actions of the bar. The rights are the server's; which one comes first follows from who signed what. */
export function actionsOf(sheet: Sheet): Actions {
  return { main: mainOf(sheet), others: [declining(sheet), cancelling(sheet)].filter((act) => act !== null) };
}

function mainOf(sheet: Sheet): Actions["main"] {
  const { digest } = sheet.standing.value;
  const side = sheet.side.value;
  const signed = (who: typeof side) => signatureOf(sheet.document.content, who)?.digest === digest;
  if (sheet.state.value === "agreed") return sheet.allows("amend") ? "amend" : null;
  if (signed(other(side)) && sheet.allows("accept")) return "accept";
  if (signed(side)) return null;
  return sheet.allows("send") ? "send" : null;
}

/** One declines what the other company has sent. */
function declining(sheet: Sheet): Act | null {
  if (!sheet.allows("decline")) return null;
  if (sheet.state.value === "amending") return "refuse_amendment";
  if (isAsked(sheet)) return "refuse_cancel";
  const theirs = signatureOf(sheet.document.content, other(sheet.side.value));
  return sheet.state.value === "open" && theirs ? "decline" : null;
}

/** Before agreement either company cancels; an order in force ends when both have asked. */
function cancelling(sheet: Sheet): Act | null {
  if (!sheet.allows("cancel")) return null;
  if (isAsked(sheet)) return "agree_cancel";
  if (sheet.state.value === "draft" || sheet.state.value === "open") return "cancel";
  return sheet.record(`cancelling/${sheet.side.value}`) ? null : "ask_cancel";
}

function isAsked(sheet: Sheet): boolean {
  return Boolean(sheet.record(`cancelling/${other(sheet.side.value)}`));
}
