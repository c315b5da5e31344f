import { room } from "./device";

let isFree = false;

/** Asks before the page is left while something on it never reached the server. Gives the way to stop. */
export function guardLeaving(isUnsent: () => boolean): () => void {
  const guard = (event: BeforeUnloadEvent) => {
    if (!isFree && isUnsent()) event.preventDefault();
  };
  addEventListener("beforeunload", guard);
  return () => removeEventListener("beforeunload", guard);
}

/** Whether something on this page never reached the server, though it may lie on no device. */
export function isGuarded(): boolean {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

/** Loads the page anew because its reader asked for it: he goes on with what this device keeps, and is asked nothing. */
export function loadAnew(place?: string): void {
  isFree = room.value === "kept";
  if (place === undefined) location.reload();
  else location.assign(place);
}
