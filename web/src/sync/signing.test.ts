import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Doc } from "yjs";
import { Problem } from "../api/problem";
import type { PendingSignature } from "../offline/database";
import { contentOf } from "../order/order";
import { canonicalJson, termsOf } from "../order/terms";
import type { OrderConnection, SavedState } from "./connection";
import { afterSending, Signing } from "./signing";

const SIGNED: PendingSignature = { mode: "accept", digest: "d1", total: "12,00 $", at: 5, terms: "{}" };
const EMPTY = contentOf({});

describe("what becomes of a signature that was sent", () => {
  test("taken, it waits no more", () => {
    expect(afterSending(SIGNED, null, EMPTY, "client")).toBeNull();
  });

  test("unanswered, it goes on waiting", () => {
    expect(afterSending(SIGNED, new Problem(0, "offline", ""), EMPTY, "client")).toBe(SIGNED);
    expect(afterSending(SIGNED, new Problem(503, "order_unavailable", ""), EMPTY, "client")).toBe(SIGNED);
  });

  test("of other terms than those that stand, it is refused with the cells that differ", () => {
    const errors = [{ field: "supplier/lines/a/quantity", code: "term_differs", message: "" }];
    const next = afterSending(SIGNED, new Problem(409, "stale_digest", "Changée.", errors), EMPTY, "client");
    expect(next?.refused).toEqual({
      code: "stale_digest",
      text: "Changée.",
      cells: ["supplier/lines/a/quantity"],
    });
  });

  test("of terms that the server never had, what differs from what was seen is found here", () => {
    const line = { "lines/a/product": "p1" };
    const seen = termsOf(contentOf({ client: line, supplier: { "lines/a/unit_price": "2" } }));
    const stands = contentOf({ client: line, supplier: { "lines/a/unit_price": "3" } });
    const problem = new Problem(409, "stale_digest", "Changée.");
    const next = afterSending({ ...SIGNED, terms: canonicalJson(seen) }, problem, stands, "client");
    expect(next?.refused?.cells).toEqual(["supplier/lines/a/unit_price"]);
  });

  test("taken the first time, though nobody heard the answer, it is not refused the second", () => {
    const record = { made_by: "supplier", "signatures/client": { digest: "d1" } };
    const problem = new Problem(409, "not_allowed_now", "Pas maintenant.");
    expect(afterSending(SIGNED, problem, contentOf({ record }), "client")).toBeNull();
    expect(afterSending(SIGNED, problem, contentOf({ record }), "supplier")?.refused).toBeDefined();
  });

  test("no longer allowed, it is refused with the server's sentence", () => {
    const next = afterSending(SIGNED, new Problem(409, "closed", "La commande est fermée."), EMPTY, "client");
    expect(next?.refused).toEqual({ code: "closed", text: "La commande est fermée.", cells: [] });
  });
});

describe("a signature given away from the network", () => {
  const saved = signal<SavedState>("offline");
  const asked: string[] = [];
  const kept: (PendingSignature | null)[] = [];
  let hasRoom = true;
  let keeping = Promise.resolve();
  let answer: () => Promise<Response>;
  let signing: Signing;
  let connection: OrderConnection;

  beforeEach(() => {
    saved.value = "offline";
    asked.length = 0;
    kept.length = 0;
    hasRoom = true;
    keeping = Promise.resolve();
    answer = async () => new Response(null, { status: 204 });
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      asked.push(`${path} ${init.body}`);
      return answer();
    });
    connection = {
      orderId: "o1",
      saved,
      side: signal("client"),
      doc: new Doc(),
    } as unknown as OrderConnection;
    signing = new Signing(connection, null, {
      read: async () => kept.at(-1) ?? null,
      keep: async (signature) => {
        await keeping;
        if (hasRoom) kept.push(signature);
        return hasRoom;
      },
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

  test("sent or taken back by another tab, it is not sent again", async () => {
    await signing.sign(SIGNED);
    kept.push(null);
    saved.value = "saved";
    await vi.waitFor(() => expect(signing.pending.value).toBeNull());
    expect(asked).toEqual([]);
  });

  test("taken back while it waits, it is never sent", async () => {
    await signing.sign(SIGNED);
    await signing.takeBack();
    saved.value = "saved";
    expect([asked, signing.pending.value, kept.at(-1)]).toEqual([[], null, null]);
  });

  test("taken back, it is shown until that is kept, and not sent meanwhile", async () => {
    await signing.sign(SIGNED);
    let keep: () => void = () => undefined;
    keeping = new Promise((resolve) => {
      keep = resolve;
    });
    const isTakenBack = signing.takeBack();
    saved.value = "saved";
    expect([asked, signing.pending.value]).toEqual([[], SIGNED]);
    keep();
    await isTakenBack;
    expect([asked, signing.pending.value, kept.at(-1)]).toEqual([[], null, null]);
  });

  test("that this device does not forget is not shown as taken back, and not sent from here", async () => {
    await signing.sign(SIGNED);
    hasRoom = false;
    await signing.takeBack();
    saved.value = "saved";
    expect([asked, signing.pending.value, kept.at(-1)]).toEqual([[], SIGNED, SIGNED]);
    hasRoom = true;
    await signing.takeBack();
    expect([asked, signing.pending.value, kept.at(-1)]).toEqual([[], null, null]);
  });

  test("that this device cannot keep is not shown as given", async () => {
    hasRoom = false;
    expect(await signing.sign(SIGNED)).toBe(false);
    saved.value = "saved";
    expect([signing.pending.value, asked]).toEqual([null, []]);
  });

  test("is sent once, however often the order is saved meanwhile, and another one after it", async () => {
    const refusing = { code: "closed", status: 409, title: "", detail: "Fermée.", errors: [] };
    let refuse: () => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        refuse = () => resolve(Response.json(refusing, { status: 409 }));
      });
    await signing.sign(SIGNED);
    saved.value = "saved";
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    saved.value = "saving";
    saved.value = "saved";
    refuse();
    await vi.waitFor(() => expect(signing.pending.value?.refused?.code).toBe("closed"));
    saved.value = "saving";
    saved.value = "saved";
    expect(asked).toHaveLength(1);
    answer = async () => new Response(null, { status: 204 });
    await signing.sign({ ...SIGNED, digest: "d2", at: 6 });
    await vi.waitFor(() => expect(signing.pending.value).toBeNull());
    expect(asked).toHaveLength(2);
  });

  test("refused to another tab, it is shown as refused, and not sent again", async () => {
    await signing.sign(SIGNED);
    const refused = { ...SIGNED, refused: { code: "closed", text: "", cells: [] } };
    kept.push(refused);
    saved.value = "saved";
    await vi.waitFor(() => expect(signing.pending.value).toEqual(refused));
    expect(asked).toEqual([]);
  });

  test("of a supplier, it is found among his company's signatures where the answer to it was lost", async () => {
    (connection.side as Signal).value = "supplier";
    connection.doc.getMap("record").set("signatures/supplier", { digest: "d1" });
    answer = async () => Response.json({ code: "already_signed", status: 409 }, { status: 409 });
    await signing.sign(SIGNED);
    saved.value = "saved";
    await vi.waitFor(() => expect(signing.pending.value).toBeNull());
  });

  test("is sent no more by a page that let go", async () => {
    await signing.sign(SIGNED);
    signing.destroy();
    saved.value = "saved";
    expect(asked).toEqual([]);
  });

  describe("that nobody answered", () => {
    const unavailable = async () => Response.json({ code: "order_unavailable" }, { status: 503 });
    const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

    beforeEach(async () => {
      vi.useFakeTimers();
      answer = unavailable;
      await signing.sign(SIGNED);
      saved.value = "saved";
      await pass(0);
    });

    afterEach(() => {
      vi.useRealTimers();
    });

    test.each([
      ["the server was in trouble", unavailable],
      ["the network was", () => Promise.reject(new TypeError("network"))],
    ])("is sent again after pauses that grow to a minute, since %s", async (_why, trouble) => {
      answer = trouble;
      const counts: number[] = [];
      for (const pause of [999, 1, 1999, 1, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
        await pass(pause);
        counts.push(asked.length);
      }
      expect(counts).toEqual([1, 2, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(signing.pending.value).toEqual(SIGNED);
    });

    test("is sent no more once it was answered", async () => {
      answer = async () => new Response(null, { status: 204 });
      await pass(1000);
      expect([asked.length, signing.pending.value]).toEqual([2, null]);
      await pass(300_000);
      expect(asked).toHaveLength(2);
    });

    test("is not sent again while an answer is still to come", async () => {
      answer = () => new Promise(() => undefined);
      await pass(300_000);
      expect(asked).toHaveLength(2);
    });

    test("waits for the server where the order's connection ends too, and is sent once it is back", async () => {
      saved.value = "offline";
      await pass(300_000);
      expect(asked).toHaveLength(1);
      saved.value = "saved";
      await pass(0);
      expect(asked).toHaveLength(2);
      await pass(1999);
      expect(asked).toHaveLength(2);
      await pass(1);
      expect(asked).toHaveLength(3);
    });

    test("is not sent again once it was taken back, nor by a page that let go", async () => {
      await signing.takeBack();
      await pass(300_000);
      await signing.sign({ ...SIGNED, at: 7 });
      await pass(0);
      expect(asked).toHaveLength(2);
      signing.destroy();
      await pass(300_000);
      expect(asked).toHaveLength(2);
    });
  });

  test("another one given while an answer is on its way is sent after it, and not taken for answered", async () => {
    let reply: (response: Response) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        reply = resolve;
      });
    await signing.sign(SIGNED);
    saved.value = "saved";
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await signing.takeBack();
    await signing.sign({ ...SIGNED, digest: "d2", at: 6 });
    answer = async () => new Response(null, { status: 204 });
    reply(Response.json({ code: "stale_digest" }, { status: 409 }));
    await vi.waitFor(() => expect(signing.pending.value).toBeNull());
    expect(asked.at(-1)).toContain("d2");
  });
});
