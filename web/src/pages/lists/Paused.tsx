import type { JSX } from "preact";
import { Notice } from "../../design/Empty";
import { asOf } from "../../offline/answers";
import { t } from "../../words";
import "./paused.css";

/** Says that a list hears nothing of what others change, where its page does not say already from when it is. */
export function Paused({ isStanding }: { isStanding: boolean }): JSX.Element | null {
  if (isStanding || asOf.value !== null) return null;
  return (
    <div class="list-paused">
      <Notice>{t("list.paused")}</Notice>
    </div>
  );
}
