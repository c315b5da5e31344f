import type { JSX } from "preact";
import { useTitle } from "../app/title";
import { ButtonLink } from "../design/Button";
import { Empty } from "../design/Empty";
import { t } from "../words";

/** Absent and forbidden look alike. */
export function Missing(): JSX.Element {
  useTitle(t("missing.title"));
  return (
    <Empty alone icon="search" title={t("missing.title")} lead={t("missing.lead")}>
      <ButtonLink look="primary" href="/">
        {t("missing.do")}
      </ButtonLink>
    </Empty>
  );
}
