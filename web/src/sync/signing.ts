import { effect, type Signal, signal } from "@preact/signals";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { PendingSignature } from "../offline/database";
import { exclusively } from "../offline/tabs";
import type { Content, Side } from "../order/order";
import { changesBetween, signatureOf, signedTerms, termsOf } from "../order/terms";
import type { OrderConnection } from "./connection";
import { contentIn } from "./document";

/** A signature given away from the network: it is sent on return, and until then it is only a wish. */

/**
 * What becomes of a pending signature once it was sent: null where it binds now, itself where nobody answered. One that
 * was taken though its answer was lost is sent again, and refused as a second one; but the first stands in the record.
 */
export function afterSending(
  signature: PendingSignature,
  problem: Problem | null,
  content: Content,
  side: Side,
): PendingSignature | null {
  if (problem === null || signatureOf(content, side)?.digest === signature.digest) return null;
  if (problem.code === "offline" || problem.status >= 500) return signature;
  const told = problem.code === "stale_digest" ? problem.errors.map(({ field }) => field) : [];
  const isUnexplained = problem.code === "stale_digest" && told.length === 0;
  const cells = isUnexplained ? differing(signature, content) : told;
  return { ...signature, refused: { code: problem.code, text: problem.detail, cells } };
}

/** The server never had what was seen in an order that was begun here: what differs is found here too. */
function differing({ terms }: PendingSignature, content: Content): string[] {
  if (terms === undefined) return [];
  return changesBetween(signedTerms({ terms }), termsOf(content)).map(({ root, key }) => `${root}/${key}`);
}

/** Where the signature of an order lies: on this device, for all of its tabs. */
export interface SignatureCopy {
  read(): Promise<PendingSignature | null>;
  keep(signature: PendingSignature | null): Promise<boolean>;
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

export class Signing {
  readonly pending: Signal<PendingSignature | null>;
  private isSending = false;
  private isOver = false;
  /** What its author wants no more, while this is being kept. */
  private takenBack: PendingSignature | null = null;
  /** How often in a row nobody answered. */
  private failures = 0;
  private retrying: ReturnType<typeof setTimeout> | undefined;
  private readonly stop: () => void;

  constructor(
    private readonly connection: OrderConnection,
    kept: PendingSignature | null,
    private readonly copy: SignatureCopy,
  ) {
    this.pending = signal(kept);
    this.stop = effect(() => this.goOn());
  }

  /** Signs: at once where there is a network, else when it is back. False where this device could not keep it. */
  async sign(signature: PendingSignature): Promise<boolean> {
    const isKept = await this.copy.keep(signature);
    if (isKept) this.pending.value = signature;
    return isKept;
  }

  /**
   * Takes a pending signature back, or a refused one off the screen: shown once kept, as a closed tab would forget it. One
   * that this device goes on keeping stays in sight, and can be taken back again.
   */
  async takeBack(): Promise<void> {
    const signature = this.pending.peek();
    this.takenBack = signature;
    const isKept = await this.copy.keep(null);
    if (isKept && this.pending.peek() === signature) this.pending.value = null;
  }

  destroy(): void {
    this.isOver = true;
    clearTimeout(this.retrying);
    this.stop();
  }

  /** Sends what waits, if everything of the order is saved. */
  private goOn(): void {
    const isReady = this.connection.saved.value === "saved";
    const signature = this.pending.value;
    const isWanted = signature && !signature.refused && signature !== this.takenBack;
    if (isReady && isWanted && !this.isSending) void this.send(signature);
  }

  private async send(signature: PendingSignature): Promise<void> {
    this.isSending = true;
    clearTimeout(this.retrying);
    await exclusively(`shared-order/signing/${this.connection.orderId}`, () => this.sendOnce(signature));
    this.isSending = false;
    if (this.isOver) return;
    if (this.pending.peek() === signature) this.goOnLater();
    else {
      this.failures = 0;
      this.goOn();
    }
  }

  /** A server in trouble leaves the order's socket standing, which then tells nothing of when it is better. */
  private goOnLater(): void {
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    this.retrying = setTimeout(() => this.goOn(), pause);
  }

  /** Another tab may have sent it already, or its author may have taken it back there. */
  private async sendOnce(signature: PendingSignature): Promise<void> {
    const standing = await this.copy.read();
    if (standing?.at !== signature.at || standing.refused) {
      this.pending.value = standing;
      return;
    }
    const path = `/api/orders/${this.connection.orderId}/${signature.mode}`;
    const problem = await api.post(path, { digest: signature.digest }).then(() => null, asProblem);
    const side = this.connection.side.peek() ?? "client";
    const next = afterSending(signature, problem, contentIn(this.connection.doc), side);
    // What was taken back meanwhile, or is another by now, is not what was answered.
    if (next === signature || this.pending.peek() !== signature || this.takenBack === signature) return;
    this.pending.value = next;
    await this.copy.keep(next);
  }
}
