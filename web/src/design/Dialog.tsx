import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../words";
import { IconButton } from "./Button";

/** A modal window on the browser's own `<dialog>`: focus stays inside and goes back where it was. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  large?: boolean;
  aside?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (shown) show(shown);
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the backdrop; the keyboard has Escape.
    <dialog
      ref={dialog}
      class={props.large ? "dialog large" : "dialog"}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) props.onClose();
      }}
    >
      <header>
        <h2 id={title}>{props.title}</h2>
        {props.aside}
        <IconButton icon="close" label={t("do.close")} onClick={props.onClose} />
      </header>
      {props.children}
    </dialog>
  );
}

/** Browsers of before 2022 have no `showModal`; there the dialog opens without its backdrop. */
function show(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  if (typeof dialog.showModal === "function") dialog.showModal();
  else dialog.setAttribute("open", "");
  dialog.querySelector<HTMLElement>("[data-autofocus], input, select, textarea")?.focus();
}
