import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { changes, storeFor } from "../offline/device";
import { noteLost } from "../offline/lost";
import { isOpenSomewhere } from "./keeping";

/**
 * Lets go of the copies of orders that one may no longer see. One with something unsent stays until its owner has been
 * shown it. `listed`: those that the server has just listed, of which nobody need ask again.
 */
export async function letGoOfLost(userId: string, listed: ReadonlySet<string>): Promise<void> {
  const store = await storeFor(userId);
  if (!store) return;
  const unsent = await store.unsent();
  for (const { id, beginning } of await store.orders()) {
    const isSpared = beginning !== null || listed.has(id) || (await isOpenSomewhere(userId, id));
    if (isSpared || !(await isLost(id))) continue;
    if (unsent.has(id)) noteLost(id);
    else await store.forget(id);
  }
  changes.value += 1;
}

/** Whether the server answers, and has no such order for one. */
async function isLost(orderId: string): Promise<boolean> {
  return api.fresh(`/api/orders/${orderId}`).then(
    () => false,
    (cause) => asProblem(cause).status === 404,
  );
}
