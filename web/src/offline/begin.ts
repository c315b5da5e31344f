import type { Me, Party, Side } from "../api/shapes";
import type { RightsColumn } from "../sync/notices";
import { recallAnswer } from "./answers";
import { changes, kept, storeFor } from "./device";

interface Rights {
  readonly role: string;
  readonly states: Readonly<Record<string, RightsColumn>>;
}

/**
 * Begins an order on this device alone, under an id that the server will be asked to make it under. Null where this
 * device cannot: it keeps nothing, or does not know what one may do in a draft.
 */
export async function beginHere(me: Me, side: Side, party: Party): Promise<string | null> {
  const store = await storeFor(me.user.id);
  const told = (await recallAnswer(me.user.id, "/api/rights")) as Record<Side, Rights> | undefined;
  const rights = told?.[side].states.draft;
  if (!store || !told || !rights) return null;
  const id = newOrderId();
  const at = Date.now();
  const isKept = await kept(
    store.change(id, {
      name: party.name,
      opened: at,
      beginning: { side, party: { id: party.id, name: party.name }, at },
      hello: {
        type: "hello",
        user: { id: me.user.id, name: me.user.name },
        side,
        role: told[side].role,
        state: "draft",
        epoch: "",
        rights,
      },
    }),
  );
  changes.value += 1;
  return isKept ? id : null;
}

/** 128 random bits in hexadecimal, as the server makes them. */
function newOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
