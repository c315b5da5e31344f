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

export function Toasts(): JSX.Element {
  return (
    <section class="toasts" aria-label={t("notifications")} aria-live="polite">
      {said.value.map((one) => (
        <div class="toast" key={one.id}>
          <span>{one.text}</span>
          <button type="button" aria-label={t("do.close")} onClick={() => hush(one.id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </section>
  );
}
