import { effect, signal } from "@preact/signals";
import { recall, remember } from "./memory";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (word: string | null): word is Theme => THEMES.includes(word as Theme);
const remembered = recall("theme");

export const theme = signal<Theme>(isTheme(remembered) ? remembered : "system");

export function chooseTheme(next: Theme): void {
  theme.value = next;
  remember("theme", next);
}

/** Keep `data-theme` on the page in step with the choice and, when it is the device's, with the device. */
export function followTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const device = signal(dark.matches);
  dark.addEventListener("change", () => {
    device.value = dark.matches;
  });
  effect(() => {
    const shown = theme.value === "system" ? (device.value ? "dark" : "light") : theme.value;
    document.documentElement.dataset.theme = shown;
  });
}
