import type { ComponentChildren } from "preact";

/** What is wrong with what was typed, said at once where it was typed. */
export function Fault(props: { id?: string; children: ComponentChildren }) {
  return (
    <span id={props.id} class="fault" role="alert">
      {props.children}
    </span>
  );
}
