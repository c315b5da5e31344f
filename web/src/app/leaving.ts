import { signal } from "@preact/signals";
import { isGuarded } from "../offline/guard";
import { unsentOrders } from "../offline/unsent";
import { typedStock } from "./ending";
import { recall } from "./memory";
import { me, signOut } from "./session";

/** Whether somebody who wants to sign out is being shown what he would lose. */
export const isLeaving = signal(false);

/** Signs out, unless something never reached the server: then it is shown first. */
export async function askToLeave(): Promise<void> {
  const id = me.value?.user.id ?? "";
  const unsent = await unsentOrders(id).catch(() => []);
  const isTyped = (recall(typedStock(id)) ?? "[]") !== "[]";
  if (unsent.length === 0 && !isTyped && !isGuarded()) await signOut();
  else isLeaving.value = true;
}
