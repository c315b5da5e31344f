import { other, type Side } from "../../order/order";
import { signatureOf } from "../../order/terms";
import type { CommandName } from "../requests";
import type { Sheet } from "../sheet";

/** What a person is offered to do beside signing, by its word. */
export type Act =
  | "decline"
  | "refuse_amendment"
  | "drop_amendment"
  | "refuse_cancel"
  | "discard"
  | "cancel"
  | "ask_cancel"
  | "agree_cancel"
  | "deliver";

/** Which of the server's commands an act is. */
export const COMMAND_OF: Readonly<Record<Act, CommandName>> = {
  decline: "decline",
  refuse_amendment: "decline",
  drop_amendment: "decline",
  refuse_cancel: "decline",
  discard: "cancel",
  cancel: "cancel",
  ask_cancel: "cancel",
  agree_cancel: "cancel",
  deliver: "deliver",
};

/** What nobody else has to be told the reason of. */
export const WITHOUT_REASON: ReadonlySet<Act> = new Set(["discard", "deliver"]);

/**
 * What signing does, for the one who signs. `accept` concludes: the other company has signed what stands. `approve`
 * signs what the other company has written and not signed yet; he concludes. `send`: one's own writing is in it.
 */
export type Signing = "accept" | "approve" | "send";

/** `approve` is a signature that goes to the other company, as `send` is. */
export function commandOf(signing: Signing): "accept" | "send" {
  return signing === "accept" ? "accept" : "send";
}

/**
 * What a reader may do with the order as it stands. `main`: the one that moves it on, if any is his to do. `answers`:
 * what else he may say to what the other company asks.
 */
export interface Actions {
  readonly main: Signing | "amend" | null;
  readonly answers: readonly Act[];
  readonly others: readonly Act[];
}

/** The actions of the bar. The rights are the server's; which ones are offered follows from who signed and wrote what. */
export function actionsOf(sheet: Sheet): Actions {
  const acts = [delivering(sheet), declining(sheet), cancelling(sheet)].filter((act) => act !== null);
  const answers = acts.filter((act) => ANSWERS.has(act));
  return { main: mainOf(sheet), answers, others: acts.filter((act) => !ANSWERS.has(act)) };
}

const ANSWERS: ReadonlySet<Act> = new Set(["decline", "refuse_amendment", "refuse_cancel", "agree_cancel"]);

function mainOf(sheet: Sheet): Actions["main"] {
  // Who is asked to cancel answers that first.
  if (sheet.state.value === "agreed") return sheet.allows("amend") && !isAsked(sheet) ? "amend" : null;
  const signing = signingOf(sheet);
  return signing && sheet.allows(commandOf(signing)) ? signing : null;
}

/** What it would be for one's company to sign now; null where it has signed what stands. */
export function signingOf(sheet: Sheet): Signing | null {
  const side = sheet.side.value;
  if (hasSigned(sheet, side)) return null;
  if (hasSigned(sheet, other(side))) return "accept";
  const { hasOwn, hasUnsent } = sheet.standing.value;
  // What each has signed may cross: nobody's writing is unsent then, and whoever signs next sends.
  return sheet.state.value === "draft" || hasOwn || !hasUnsent ? "send" : "approve";
}

/** Whether a company has signed what stands. */
function hasSigned(sheet: Sheet, side: Side): boolean {
  return sheet.standing.value.signedBy.has(side);
}

function delivering(sheet: Sheet): Act | null {
  return sheet.state.value === "agreed" && sheet.allows("deliver") ? "deliver" : null;
}

/** One declines what the other company has sent, and gives up an amendment of one's own. */
function declining(sheet: Sheet): Act | null {
  if (!sheet.allows("decline")) return null;
  const side = sheet.side.value;
  if (sheet.state.value === "amending") {
    const amending = sheet.record("amending") as { side?: Side } | undefined;
    return amending?.side === side ? "drop_amendment" : "refuse_amendment";
  }
  if (isAsked(sheet)) return "refuse_cancel";
  const theirs = signatureOf(sheet.document.content, other(side));
  return sheet.state.value === "open" && theirs && !hasSigned(sheet, side) ? "decline" : null;
}

/** A draft is dropped; before agreement whoever made or signed the order cancels; one in force ends when both have asked. */
function cancelling(sheet: Sheet): Act | null {
  if (!sheet.allows("cancel")) return null;
  if (isAsked(sheet)) return "agree_cancel";
  if (sheet.state.value === "draft") return "discard";
  if (sheet.state.value === "open") return isOurs(sheet) ? "cancel" : null;
  return sheet.record(`cancelling/${sheet.side.value}`) ? null : "ask_cancel";
}

function isOurs(sheet: Sheet): boolean {
  const side = sheet.side.value;
  return sheet.record("made_by") === side || signatureOf(sheet.document.content, side) !== null;
}

function isAsked(sheet: Sheet): boolean {
  return Boolean(sheet.record(`cancelling/${other(sheet.side.value)}`));
}
