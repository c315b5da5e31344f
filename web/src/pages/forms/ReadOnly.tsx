import type { JSX } from "preact";
import { me, sells } from "../../app/session";
import { useTitle } from "../../app/title";
import { ButtonLink } from "../../design/Button";
import { Empty } from "../../design/Empty";
import { t } from "../../words";

type Noun = "products" | "clients" | "suppliers";

/** In place of a form that one's role could not send: what one may do instead. */
export function ReadOnly({ noun }: { noun: Noun }): JSX.Element {
  const title = t(`${noun}.read_only`);
  useTitle(title);
  return (
    <Empty alone icon={noun} title={title} lead={t("read_only.lead")}>
      <div class="bar">
        <ButtonLink look="primary" href={isOurs(noun) ? `/${noun}` : "/"}>
          {t(isOurs(noun) ? `${noun}.see` : "missing.do")}
        </ButtonLink>
        <ButtonLink href="/team">{t("team.see")}</ButtonLink>
      </div>
    </Empty>
  );
}

/** Whether one's company has such a list at all. */
function isOurs(noun: Noun): boolean {
  const company = me.value?.company;
  return company !== undefined && (noun === "suppliers" ? company.buys : sells(company));
}
