import { type Content, other, type Side, type State } from "./order";
import { sameTerms, signatureOf, signedTerms, type Terms, termsOf } from "./terms";
import { same } from "./values";

/** Where an order stands, for the rights, for a reader, and whose turn it is: the twin of `schema/status.py`. */

export type Status = "draft" | "waiting" | "changed" | "agreed" | "amending" | "closed";

/** The column of the policy table. Needs no digest: the server marks agreement and amendment in the record. */
export function stateOf(content: Content): State {
  if (content.record.has("closing")) return "closed";
  if (content.record.has("amending")) return "amending";
  if (content.record.has("agreed")) return "agreed";
  return signatureOf(content, "client") || signatureOf(content, "supplier") ? "open" : "draft";
}

/** The colour of the order for a reader of one company. `digest`: of the terms that stand, if already known. */
export function statusFor(content: Content, reader: Side, digest?: string): Status {
  const state = stateOf(content);
  if (state !== "open") return state;
  return signatureOf(content, reader) && !hasSigned(content, reader, digest) ? "changed" : "waiting";
}

/**
 * Whose move it is; null when nobody's.
 *
 * A company that has not signed what stands owes an answer. Where neither has, the one that has changed its own
 * register since it last signed goes on first; where both or neither did, the one that signed longer ago.
 * An amendment in which nothing has changed yet is its opener's.
 */
export function turnOf(content: Content, digest?: string): Side | null {
  const state = stateOf(content);
  if (state === "closed") return null;
  if (state === "agreed") return askedToCancel(content);
  if (state === "draft") return openerOf(content);
  const unsigned = (["client", "supplier"] as const).filter((side) => !hasSigned(content, side, digest));
  if (unsigned.length === 0) return state === "amending" ? openerOf(content) : null;
  if (unsigned.length === 1) return unsigned[0] ?? null;
  const terms = termsOf(content);
  const changed = unsigned.filter((side) => hasOwnChanges(content, side, terms));
  if (changed.length === 1) return changed[0] ?? null;
  return signatureCount(content, "supplier") < signatureCount(content, "client") ? "supplier" : "client";
}

/** Whether a company has signed the terms that stand. Without a digest the terms themselves are compared. */
function hasSigned(content: Content, side: Side, digest?: string): boolean {
  const signature = signatureOf(content, side);
  if (!signature) return false;
  return digest === undefined
    ? sameTerms(signedTerms(signature), termsOf(content))
    : signature.digest === digest;
}

/** Who owes an answer to the other company's request to cancel the agreed order; null where nobody has asked. */
function askedToCancel(content: Content): Side | null {
  return (
    (["client", "supplier"] as const).find((side) => content.record.has(`cancelling/${other(side)}`)) ?? null
  );
}

/** Who opened the amendment, or made the order. */
function openerOf(content: Content): Side {
  const amending = content.record.get("amending") as { side?: Side } | undefined;
  return amending?.side ?? (content.record.get("made_by") as Side | undefined) ?? "supplier";
}

function signatureCount(content: Content, side: Side): number {
  return signatureOf(content, side)?.count ?? 0;
}

/** Whether a company has changed its own register since it last signed; one that never has, since the other did. */
export function hasOwnChanges(content: Content, side: Side, terms: Terms): boolean {
  const latest = signatureOf(content, side) ?? signatureOf(content, other(side));
  return latest !== null && !same(terms[side], signedTerms(latest)[side]);
}
