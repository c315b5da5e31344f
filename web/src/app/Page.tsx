import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../api/problem";
import { Notice } from "../design/Empty";
import { Icon } from "../design/icons";
import { t } from "../words";
import { sentence } from "./form";
import { useTitle } from "./title";

/** A page: its heading, what can be done at its top, and its content. */
export function Page(props: {
  title: string;
  lead?: string;
  back?: { href: string; label: string };
  actions?: ComponentChildren;
  narrow?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  useTitle(props.title);
  return (
    <div class={props.narrow ? "page narrow" : "page"}>
      <header class="page-head">
        <div class="page-title">
          {props.back && (
            <a class="page-back" href={props.back.href}>
              <Icon name="back" size={14} />
              {props.back.label}
            </a>
          )}
          <h1 tabIndex={-1}>{props.title}</h1>
          {props.lead && <p class="quiet">{props.lead}</p>}
        </div>
        {props.actions && <div class="bar">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** What the server refused, above a form; nothing while all is well. */
export function ProblemNotice({ problem }: { problem: Problem | null }): JSX.Element | null {
  if (!problem) return null;
  return (
    <Notice look="danger">
      {sentence(problem)}{" "}
      {problem.code === "signed_out" && (
        <a href="/sign-in" target="_blank" rel="noopener">
          {t("sign_in.title")}
        </a>
      )}
    </Notice>
  );
}
