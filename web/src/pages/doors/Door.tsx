import type { ComponentChildren, JSX } from "preact";
import "./door.css";
import { speak } from "../../app/session";
import { useTitle } from "../../app/title";
import { StateShape } from "../../design/Chip";
import { language, t } from "../../words";

/** The frame of every page before the session: one column to act in, and on wide screens what this is about. */
export function Door(props: { title: string; lead?: string; children?: ComponentChildren }): JSX.Element {
  useTitle(props.title);
  const other = language.value === "fr" ? "en" : "fr";
  return (
    <div class="door">
      <main class="door-form" id="content">
        <header class="bar">
          <img src="/favicon.svg" width={28} height={28} alt="" />
          <span class="strong">{t("product")}</span>
          <button
            type="button"
            class="button plain small push"
            lang={other}
            onClick={() => void speak(other)}
          >
            {t(`language.${other}`)}
          </button>
        </header>
        <div class="stack door-body">
          <div class="stack-s">
            <h1 tabIndex={-1}>{props.title}</h1>
            {props.lead && <p class="quiet">{props.lead}</p>}
          </div>
          {props.children}
        </div>
      </main>
      <aside class="door-side" aria-label={t("product")}>
        <p class="door-motto">{t("sign_in.motto")}</p>
        <p>{t("sign_in.lead")}</p>
        <ul>
          {(["waiting", "changed", "agreed"] as const).map((status) => (
            <li key={status} class={`chip ${status}`}>
              <StateShape status={status} />
              {t(`status.${status}`)}
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}
