import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Product } from "../../api/shapes";
import { useList, useSettled } from "../../app/load";
import { Page } from "../../app/Page";
import { may, me } from "../../app/session";
import { Badge } from "../../design/Badge";
import { ButtonLink } from "../../design/Button";
import { Empty } from "../../design/Empty";
import { CheckField } from "../../design/Field";
import type { Column } from "../../design/Table";
import { money, named, t } from "../../words";
import { Listing } from "../lists/Listing";
import { sizingWord, unitWord } from "./choices";
import { Picture } from "./Picture";
import "./add.css";

/** The catalogue of one's own company. */
export function Products(): JSX.Element {
  const [q, setQ] = useState("");
  const [hidden, setHidden] = useState(false);
  const settled = useSettled(q.trim());
  const list = useList<Product>("/api/products", { q: settled, ...(hidden && { hidden: true }) });
  const add = may("standard") && (
    <ButtonLink look="primary" icon="plus" shortcut href="/products/new">
      {t("products.new")}
    </ButtonLink>
  );
  const nothing = list.state === "ready" && list.items.length === 0 && !settled;
  // Where nothing is listed it stands there: until that is known it stands nowhere, lest it move from under a hand.
  const isKnown = list.state !== "loading" || list.asked !== "";
  return (
    <Page title={t("menu.products")} actions={isKnown && !nothing && add}>
      <Listing
        list={list}
        q={q}
        onQ={setQ}
        settled={settled}
        label={t("menu.products")}
        search={{ label: t("products.search.label"), placeholder: t("products.search") }}
        tools={<CheckField label={t("products.show_hidden")} value={hidden} onValue={setHidden} />}
        table="products-table"
        columns={columns()}
        id={(product) => product.id}
        miss={t("products.miss", { q: settled })}
      >
        <Empty icon="products" title={t("products.empty.title")} lead={t("products.empty.lead")}>
          {add}
        </Empty>
      </Listing>
    </Page>
  );
}

function columns(): Column<Product>[] {
  return [
    { key: "product", header: t("products.column.product"), cell: (product) => <Name product={product} /> },
    { key: "code", header: t("products.column.code"), cell: ({ code }) => <span class="quiet">{code}</span> },
    {
      key: "sizing",
      header: t("products.column.sizing"),
      cell: (product) => <div class="quiet clip">{sizingWord(product)}</div>,
    },
    {
      key: "unit",
      header: t("products.column.unit"),
      cell: ({ unit }) => <span class="quiet">{unitWord(unit)}</span>,
    },
    {
      key: "price",
      header: t("products.column.price"),
      figure: true,
      cell: ({ price }) => money(price, me.value?.company.currency),
    },
  ];
}

function Name({ product }: { product: Product }): JSX.Element {
  return (
    <div class="named">
      <Picture image={product.image} size={40} />
      <div>
        <a class="row-link" href={`/products/${product.id}`}>
          {named(product)}
        </a>
        <div class="bar">
          <span class="faint small only-narrow">{product.code}</span>
          {product.hidden && <Badge>{t("products.hidden")}</Badge>}
        </div>
      </div>
    </div>
  );
}
