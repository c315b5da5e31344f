import { effect, type Signal, signal } from "@preact/signals";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { PendingSignature } from "../offline/database";
import type { OrderConnection } from "./connection";

/** A signature given away from the network: it is sent on return, and until then it is only a wish. */

/** What becomes of a pending signature once it was sent: null where it binds now, itself where nobody answered. */
export function afterSending(signature: PendingSignature, problem: Problem | null): PendingSignature | null {
  if (problem === null) return null;
  if (problem.code === "offline" || problem.status >= 500) return signature;
  const cells = problem.code === "stale_digest" ? problem.errors.map(({ field }) => field) : [];
  return { ...signature, refused: { code: problem.code, text: problem.detail, cells } };
}

export class Signing {
  readonly pending: Signal<PendingSignature | null>;
  private isSending = false;
  private readonly stop: () => void;

  constructor(
    private readonly connection: OrderConnection,
    kept: PendingSignature | null,
    private readonly keep: (signature: PendingSignature | null) => Promise<boolean>,
  ) {
    this.pending = signal(kept);
    this.stop = effect(() => {
      const isReady = connection.saved.value === "saved";
      const signature = this.pending.value;
      if (isReady && signature && !signature.refused && !this.isSending) void this.send(signature);
    });
  }

  /** Signs: at once where there is a network, else when it is back. False where this device could not keep it. */
  async sign(signature: PendingSignature): Promise<boolean> {
    const isKept = await this.keep(signature);
    if (isKept) this.pending.value = signature;
    return isKept;
  }

  /** Takes a pending signature back, or a refused one off the screen. */
  async takeBack(): Promise<void> {
    this.pending.value = null;
    await this.keep(null);
  }

  destroy(): void {
    this.stop();
  }

  private async send(signature: PendingSignature): Promise<void> {
    this.isSending = true;
    const path = `/api/orders/${this.connection.orderId}/${signature.mode}`;
    const problem = await api.post(path, { digest: signature.digest }).then(() => null, asProblem);
    const next = afterSending(signature, problem);
    this.isSending = false;
    if (next === signature) return;
    this.pending.value = next;
    await this.keep(next);
  }
}
