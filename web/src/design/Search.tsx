import type { InputHTMLAttributes, JSX } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icons";

/** A search field; `shortcut` marks the page's own, which `/` reaches. */
export function SearchField(props: {
  label: string;
  placeholder: string;
  value: string;
  onValue: (value: string) => void;
  shortcut?: boolean;
  onKeyDown?: (event: KeyboardEvent) => void;
  combobox?: { controls: string; active: string | undefined };
}): JSX.Element {
  const id = useId();
  const { combobox } = props;
  const attributes = {
    id,
    class: "input",
    type: combobox ? "text" : "search",
    autoComplete: "off",
    spellcheck: false,
    placeholder: props.placeholder,
    value: props.value,
    onInput: (event: { currentTarget: HTMLInputElement }) => props.onValue(event.currentTarget.value),
    ...(props.onKeyDown && { onKeyDown: props.onKeyDown }),
    ...(props.shortcut && { "data-key": "search" }),
    ...(combobox && {
      "data-autofocus": "",
      role: "combobox",
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      "aria-controls": combobox.controls,
      "aria-activedescendant": combobox.active,
    }),
  } as InputHTMLAttributes<HTMLInputElement>;
  return (
    <div class="search">
      <Icon name="search" />
      <label class="unseen" for={id}>
        {props.label}
      </label>
      <input {...attributes} />
      {props.shortcut && <span class="key">/</span>}
    </div>
  );
}
