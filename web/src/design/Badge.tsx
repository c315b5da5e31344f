import type { ComponentChildren, JSX } from "preact";

/** A fact beside the state: never one of the state's colours. */
export function Badge(props: { solid?: boolean; title?: string; children: ComponentChildren }): JSX.Element {
  return (
    <span class={props.solid ? "badge solid" : "badge"} title={props.title}>
      {props.children}
    </span>
  );
}

export function Avatar({ name, square }: { name: string; square?: boolean }): JSX.Element {
  return (
    <span class={square ? "avatar square" : "avatar"} data-initials={initials(name)} aria-hidden="true" />
  );
}

export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter(Boolean);
  const first = words[0]?.charAt(0) ?? "?";
  const last = words.length > 1 ? (words[words.length - 1]?.charAt(0) ?? "") : "";
  return (first + last).toUpperCase();
}
