import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../api/problem";
import type { PendingSignature } from "../offline/database";
import type { OrderConnection, SavedState } from "./connection";
import { afterSending, Signing } from "./signing";

const SIGNED: PendingSignature = { mode: "accept", digest: "d1", total: "12,00 $", at: 5 };

describe("what becomes of a signature that was sent", () => {
  test("taken, it waits no more", () => {
    expect(afterSending(SIGNED, null)).toBeNull();
  });

  test("unanswered, it goes on waiting", () => {
    expect(afterSending(SIGNED, new Problem(0, "offline", ""))).toBe(SIGNED);
    expect(afterSending(SIGNED, new Problem(503, "order_unavailable", ""))).toBe(SIGNED);
  });

  test("of other terms than those that stand, it is refused with the cells that differ", () => {
    const errors = [{ field: "supplier/lines/a/quantity", code: "term_differs", message: "" }];
    const next = afterSending(SIGNED, new Problem(409, "stale_digest", "Changée.", errors));
    expect(next?.refused).toEqual({
      code: "stale_digest",
      text: "Changée.",
      cells: ["supplier/lines/a/quantity"],
    });
  });

  test("no longer allowed, it is refused with the server's sentence", () => {
    const next = afterSending(SIGNED, new Problem(409, "closed", "La commande est fermée."));
    expect(next?.refused).toEqual({ code: "closed", text: "La commande est fermée.", cells: [] });
  });
});

describe("a signature given away from the network", () => {
  const saved = signal<SavedState>("offline");
  const asked: string[] = [];
  const kept: (PendingSignature | null)[] = [];
  let signing: Signing;

  beforeEach(() => {
    saved.value = "offline";
    asked.length = 0;
    kept.length = 0;
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      asked.push(`${path} ${init.body}`);
      return new Response(null, { status: 204 });
    });
    const connection = { orderId: "o1", saved } as unknown as OrderConnection;
    signing = new Signing(connection, null, async (signature) => {
      kept.push(signature);
      return true;
    });
  });

  afterEach(() => {
    signing.destroy();
    vi.unstubAllGlobals();
  });

  test("is kept before it shows, and sent once everything of the order is saved", async () => {
    await signing.sign(SIGNED);
    expect(kept).toEqual([SIGNED]);
    saved.value = "saving";
    expect(asked).toEqual([]);
    saved.value = "saved";
    await vi.waitFor(() => expect(signing.pending.value).toBeNull());
    expect(asked).toEqual(['/api/orders/o1/accept {"digest":"d1"}']);
    expect(kept.at(-1)).toBeNull();
  });

  test("taken back while it waits, it is never sent", async () => {
    await signing.sign(SIGNED);
    await signing.takeBack();
    saved.value = "saved";
    expect([asked, signing.pending.value, kept.at(-1)]).toEqual([[], null, null]);
  });
});
