import { BehindFrame } from "./behindFrame";
import type { FrameKind } from "./ledger";

const SYNC = 0;
const KINDS: readonly FrameKind[] = ["step1", "step2", "update"];
// After as long without a word the provider closes a socket that is open; a browser waits minutes for one that is not.
const OPENING_MS = 30_000;

/** What kind of Yjs message a frame is; both its type and its subtype are one byte. */
export function frameKind(frame: Uint8Array): FrameKind {
  return frame[0] === SYNC ? (KINDS[frame[1] ?? -1] ?? "other") : "other";
}

/**
 * A WebSocket class that tells what it sends, and holds back updates until sync step 2 has gone.
 *
 * An edit made between the opening of the socket and the handshake may lean on edits that the server does not have
 * yet; step 2, which is encoded later, carries it whole. Sent ahead, it would be closed as a gap.
 *
 * Later an update waits for the frame in which its author sees it. It has its number at once, as nothing overtakes it.
 *
 * One that does not open, as in a network that takes everything and carries nothing, is given up and tried anew.
 */
export function tellingSocket(told: (frame: FrameKind) => void, Base: typeof WebSocket = WebSocket) {
  return class TellingSocket extends Base {
    private handshaken = false;
    private readonly updates = new BehindFrame();

    constructor(...address: ConstructorParameters<typeof WebSocket>) {
      super(...address);
      setTimeout(() => {
        if (this.readyState === 0) this.close();
      }, OPENING_MS);
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      const kind = data instanceof Uint8Array ? frameKind(data) : "other";
      if (kind === "update" && !this.handshaken) return;
      if (kind === "step2") this.handshaken = true;
      if (kind === "update") void this.updates.add(async () => super.send(data));
      else {
        this.updates.now();
        super.send(data);
      }
      told(kind);
    }

    override close(...why: Parameters<WebSocket["close"]>): void {
      this.updates.close();
      super.close(...why);
    }
  };
}
