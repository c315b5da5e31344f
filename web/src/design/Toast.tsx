import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../words";
import { Icon } from "./icons";

interface Said {
  id: number;
  text: string;
}

const said = signal<Said[]>([]);
let last = 0;

/** Say a short thing that was done; it goes away by itself and is read aloud. */
export function say(text: string, milliseconds = 6000): void {
  last += 1;
  const id = last;
  said.value = [...said.value.slice(-2), { id, text }];
  setTimeout(() => hush(id), milliseconds);
}

function hush(id: number): void {
  said.value = said.value.filter((one) => one.id !== id);
}

/** On the page, and in each dialog, which would have it out of sight and unheard behind its backdrop. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-label={t("notifications")}>
      {said.value.map((one) => (
        <div class="toast" key={one.id}>
          <span>{one.text}</span>
          <button type="button" aria-label={t("do.close")} onClick={() => hush(one.id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
