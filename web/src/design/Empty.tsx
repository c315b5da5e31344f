import type { ComponentChildren, JSX } from "preact";
import { t } from "../words";
import { Icon, type IconName } from "./icons";

/** What a page is for while it holds nothing, and the one thing to do about it. */
export function Empty(props: {
  icon: IconName;
  title: string;
  lead: string;
  /** The only heading of its page. */
  alone?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <Icon name={props.icon} class="mark" />
      {props.alone ? <h1>{props.title}</h1> : <h2>{props.title}</h2>}
      {props.lead && <p>{props.lead}</p>}
      {props.children}
    </div>
  );
}

/** Grey lines in place of what is on its way. */
export function Loading(): JSX.Element {
  return (
    <div class="bones" role="status">
      <span class="unseen">{t("loading")}</span>
      {[1, 2, 3, 4, 5].map((bone) => (
        <i key={bone} />
      ))}
    </div>
  );
}

/** A sentence that needs attention, with what can be done about it. */
export function Notice(props: { look?: "danger" | "good"; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`notice ${props.look ?? ""}`} role={props.look === "danger" ? "alert" : "status"}>
      <Icon name={props.look === "good" ? "check" : "info"} />
      <div>{props.children}</div>
    </div>
  );
}
