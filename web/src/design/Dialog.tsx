import { type ComponentChildren, type ComponentType, createContext, type JSX } from "preact";
import { useContext, useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words";
import { IconButton } from "./Button";
import { Toasts } from "./Toast";

/**
 * What a dialog shows above its own content: a page gives here what one must see at once, whatever is open. Behind a
 * modal window it would be out of sight, out of reach, and unheard.
 */
export const DialogNotice = createContext<ComponentType | null>(null);

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
  const Notice = useContext(DialogNotice);
  useEffect(() => {
    if (dialog.current) show(dialog.current);
  }, []);
  useLayoutEffect(() => {
    const before = document.activeElement;
    // What lies behind a modal window takes no focus until that has left the page.
    return () => queueMicrotask(() => before instanceof HTMLElement && before.focus());
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
      // A browser closes what one presses Escape on again and again, whether or not it may be closed.
      onClose={() => {
        if (dialog.current) show(dialog.current);
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) props.onClose();
      }}
    >
      <header>
        <h2 id={title} tabIndex={-1} aria-live="polite">
          {props.title}
        </h2>
        {props.aside}
        <IconButton icon="close" label={t("do.close")} onClick={props.onClose} />
      </header>
      {Notice && <Notice />}
      {props.children}
      <Toasts />
    </dialog>
  );
}

/** Browsers of before 2022 have no `showModal`; there the dialog opens without its backdrop. */
function show(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  if (typeof dialog.showModal === "function") dialog.showModal();
  else dialog.setAttribute("open", "");
  focusFirst(dialog);
}

/**
 * Gives the focus to the first thing to fill in of a dialog; where it has none, to the button that closes it. Under a
 * finger, to its title: the keyboard of a telephone, which a field opens, would hide half of what one came to read.
 */
export function focusFirst(dialog: HTMLDialogElement): void {
  const wanted = matchMedia("(pointer: coarse)").matches
    ? "button[data-autofocus], h2"
    : "[data-autofocus], input, select, textarea";
  const first = dialog.querySelector<HTMLElement>(wanted);
  (first ?? dialog.querySelector<HTMLElement>("header button"))?.focus();
}
