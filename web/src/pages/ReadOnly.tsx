import type { JSX } from "preact";
import { useTitle } from "../app/Page";
import { ButtonLink } from "../design/Button";
import { Empty } from "../design/Empty";
import { t } from "../words";

/** In place of a form that one's role could not send: what one may do instead. */
export function ReadOnly({ noun }: { noun: "products" | "clients" | "suppliers" }): JSX.Element {
  const title = t(`${noun}.read_only`);
  useTitle(title);
  return (
    <Empty alone icon={noun} title={title} lead={t("read_only.lead")}>
      <div class="bar">
        <ButtonLink look="primary" href={`/${noun}`}>
          {t(`${noun}.see`)}
        </ButtonLink>
        <ButtonLink href="/team">{t("team.see")}</ButtonLink>
      </div>
    </Empty>
  );
}
