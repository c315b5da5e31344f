import type { ComponentChildren } from "preact";
import { Dialog } from "../design/Dialog";

interface ModalProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly footer?: ComponentChildren;
  readonly large?: boolean;
}

/** A dialog with a body that scrolls and a foot that stays. */
export function Modal({ title, onClose, children, footer, large = false }: ModalProps) {
  return (
    <Dialog title={title} onClose={onClose} large={large}>
      <div class="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </Dialog>
  );
}
