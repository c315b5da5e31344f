import type { JSX } from "preact";
import { Button, ButtonLink } from "../../design/Button";
import { t } from "../../words";
import { Unsaved } from "./Unsaved";
import "./form.css";

/**
 * The foot of a form that is a page of its own: what keeps it, always in sight. One that `adds` may be sent as it stands,
 * or left by a link to `away`.
 */
export function FormFoot(props: {
  form: { busy: boolean; touched: boolean };
  adds?: boolean;
  away?: string;
}): JSX.Element {
  const { form, adds = false, away } = props;
  return (
    <div class="form-foot">
      <Unsaved isUnsaved={form.touched} />
      {away && <ButtonLink href={away}>{t("do.cancel")}</ButtonLink>}
      <Button type="submit" look="primary" busy={form.busy} disabled={!adds && !form.touched}>
        {t(adds ? "do.add" : "do.save")}
      </Button>
    </div>
  );
}
