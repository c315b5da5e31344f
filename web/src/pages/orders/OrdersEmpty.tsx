import type { JSX } from "preact";
import { may } from "../../app/session";
import { Button, ButtonLink } from "../../design/Button";
import { Empty } from "../../design/Empty";
import { t } from "../../words";
import type { Filter } from "./orderRows";

/** Why the list is empty, which depends on what was asked, and the one thing to do about it. */
export function OrdersEmpty(props: {
  filter: Filter;
  empty: boolean;
  all: string;
  onCreate: () => void;
  onClear: () => void;
}): JSX.Element {
  const { side, tab, q } = props.filter;
  if (q) {
    return (
      <Empty icon="search" title={t("orders.miss.title", { q })} lead={t("orders.miss.lead")}>
        {tab !== "all" && (
          <ButtonLink look="primary" href={props.all}>
            {t("orders.miss.all")}
          </ButtonLink>
        )}
        <Button onClick={props.onClear}>{t("do.clear")}</Button>
      </Empty>
    );
  }
  if (props.empty) {
    const page = side === "supplier" ? "orders" : "purchases";
    return (
      <Empty icon={page} title={t(`${page}.empty.title`)} lead={t(`${page}.empty.lead`)}>
        {may("standard") && (
          <Button look="primary" icon="plus" shortcut onClick={props.onCreate}>
            {t(side === "supplier" ? "orders.create" : "orders.create.purchase")}
          </Button>
        )}
      </Empty>
    );
  }
  const kind = tab === "mine" ? "mine" : "none";
  return (
    <Empty icon="check" title={t(`orders.${kind}.title`)} lead={t(`orders.${kind}.lead`)}>
      <ButtonLink href={props.all}>{t("orders.mine.do")}</ButtonLink>
    </Empty>
  );
}
