import type { ButtonHTMLAttributes, ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icons";

type Look = "primary" | "danger" | "plain";

interface Looks {
  look?: Look;
  small?: boolean;
  wide?: boolean;
  icon?: IconName;
  children?: ComponentChildren;
  class?: string;
}

type ButtonProps = Looks & { busy?: boolean; shortcut?: boolean } & Omit<
    ButtonHTMLAttributes<HTMLButtonElement>,
    "icon" | "class"
  >;
type LinkProps = Looks & { href: string; shortcut?: boolean };

function classOf({ look, small, wide, class: more }: Looks): string {
  return ["button", look, small && "small", wide && "wide", more].filter(Boolean).join(" ");
}

/** A button. While `busy` it stays focusable, turns its icon and does nothing more. */
export function Button(props: ButtonProps): JSX.Element {
  const { look, small, wide, icon, busy, shortcut, children, class: more, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      class={classOf(props)}
      data-key={shortcut ? "new" : undefined}
      aria-busy={busy ? "true" : undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {busy ? <Icon name="spinner" class="spin" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button: it leads to a page. */
export function ButtonLink(props: LinkProps): JSX.Element {
  return (
    <a href={props.href} class={classOf(props)} data-key={props.shortcut ? "new" : undefined}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  );
}

/** A button that is only an icon; `label` is its name, and its tooltip. */
export function IconButton({
  icon,
  label,
  small,
  class: more = "",
  ...rest
}: { icon: IconName; label: string; small?: boolean; class?: string } & Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  "icon" | "label" | "class"
>): JSX.Element {
  return (
    <button
      type="button"
      {...rest}
      class={`button plain icon${small ? " small" : ""} ${more}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  );
}
