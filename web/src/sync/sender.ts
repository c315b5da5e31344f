import { effect } from "@preact/signals";
import { changes, storeFor } from "../offline/device";
import { noteLost } from "../offline/lost";
import { isOpenSomewhere } from "./keeping";
import { Visit } from "./visit";

/** Sends what is not sent of orders that nobody has open: being back on the network is enough. */

const PATIENCE_MS = 15_000;
let isSending = false;

export async function sendUnsent(userId: string): Promise<void> {
  if (isSending) return;
  isSending = true;
  try {
    const store = await storeFor(userId);
    const unsent = (await store?.unsent()) ?? new Map();
    for (const orderId of unsent.keys()) {
      if (!(await isOpenSomewhere(userId, orderId))) await deliver(userId, orderId);
    }
  } finally {
    isSending = false;
    changes.value += 1;
  }
}

/** One order: until everything of it is saved, or its socket is closed for good, or the network is gone again. */
async function deliver(userId: string, orderId: string): Promise<void> {
  const visit = await Visit.open(userId, orderId);
  // Without its copy there is nothing to send.
  if (!visit.keeping) return visit.close();
  visit.connect(() => undefined);
  await finished(visit);
  const status = visit.connection.status.peek();
  if (status.kind === "closed" && status.ending === "not_found") noteLost(orderId);
  visit.close();
}

function finished(visit: Visit): Promise<void> {
  return new Promise((resolve) => {
    let stop: () => void = () => undefined;
    const done = () => {
      clearTimeout(late);
      // An effect cannot end itself while it is being made.
      queueMicrotask(() => stop());
      resolve();
    };
    const late = setTimeout(done, PATIENCE_MS);
    stop = effect(() => {
      const { status, saved } = visit.connection;
      const signature = visit.signing.pending.value;
      const isSigned = signature === null || signature.refused !== undefined;
      const isDone = saved.value === "saved" && visit.beginning.value === null && isSigned;
      if (isDone || status.value.kind === "closed" || visit.trouble.value) done();
    });
  });
}
