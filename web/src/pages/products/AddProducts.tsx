import type { JSX } from "preact";
import { useState } from "preact/hooks";
import "./add.css";
import type { Product } from "../../api/shapes";
import { useList, useSettled } from "../../app/load";
import { may } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Badge } from "../../design/Badge";
import { Button, ButtonLink, IconButton } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Empty, Loading } from "../../design/Empty";
import { SearchField } from "../../design/Search";
import { Stepper } from "../../design/Stepper";
import { money, named, t } from "../../words";
import { More } from "../lists/More";
import { ChoiceForm } from "./ChoiceForm";
import { type Choices, firstChoices, isPlain, stepFault, stepsOf, unitWord } from "./choices";
import { Picture } from "./Picture";

/** A line that stands on the order already. `quantity` is null where sizes each have their own. */
export interface ExistingLine {
  line: string;
  productId: string;
  quantity: string | null;
}

interface AddProps {
  supplierId: string;
  /** Of the order, and of what its supplier sells. */
  currency: string;
  lines: readonly ExistingLine[];
  /** Whether what is the least of a product, and by how many it goes, binds who adds; a supplier may waive his own. */
  isBound: boolean;
  onAdd: (product: Product, choices: Choices) => void;
  /** Without it, a line added is not stepped here: "+" adds another line. */
  onQuantity?: (line: string, quantity: string) => void;
  onClose: () => void;
}

/** The supplier's catalogue, from which lines go to the order one after another; it stays open until done. */
export function AddProducts(props: AddProps): JSX.Element {
  const [q, setQ] = useState("");
  const [asking, setAsking] = useState<string | null>(null);
  const [added, setAdded] = useState(0);
  const settled = useSettled(q.trim());
  const list = useList<Product>("/api/products", { supplier_id: props.supplierId, q: settled });
  const add = (product: Product, choices: Choices) => {
    props.onAdd(product, choices);
    setAdded(added + 1);
    setAsking(null);
  };
  const empty = list.state === "ready" && list.items.length === 0;
  return (
    <Dialog large title={t("add.title")} onClose={props.onClose}>
      <div class="body add">
        <SearchField label={t("add.search.label")} placeholder={t("add.search")} value={q} onValue={setQ} />
        {list.state === "loading" && list.items.length === 0 && <Loading />}
        {list.state === "failed" && list.items.length === 0 && (
          <Unread problem={list.problem} onRetry={list.retry} />
        )}
        {empty && <NoProduct q={settled} />}
        <ul class="add-list">
          {list.items.map((product) => (
            <ProductRow
              key={product.id}
              product={product}
              {...props}
              open={asking === product.id}
              onAsk={() => setAsking(asking === product.id ? null : product.id)}
              onAdd={(choices) => add(product, choices)}
            />
          ))}
        </ul>
        <More next={list.next} state={list.state} onMore={list.more} />
      </div>
      <footer>
        <span class="quiet add-count" role="status">
          {added === 0 ? t("add.none_added") : t("add.added", { count: added })}
        </span>
        <Button look="primary" onClick={props.onClose}>
          {t("do.done")}
        </Button>
      </footer>
    </Dialog>
  );
}

function NoProduct({ q }: { q: string }): JSX.Element {
  if (q) {
    return (
      <p class="quiet add-none" role="status">
        {t("add.miss", { q })}
      </p>
    );
  }
  return (
    <Empty icon="products" title={t("add.empty.title")} lead={t("add.empty.lead")}>
      {may("standard") && <ButtonLink href="/products/new">{t("products.new")}</ButtonLink>}
    </Empty>
  );
}

interface RowProps extends Omit<AddProps, "onAdd" | "onClose" | "supplierId"> {
  product: Product;
  open: boolean;
  onAsk: () => void;
  onAdd: (choices: Choices) => void;
}

function ProductRow(props: RowProps): JSX.Element {
  const { product, currency, lines, isBound, open, onAsk, onAdd, onQuantity } = props;
  const mine = lines.filter((line) => line.productId === product.id);
  return (
    <li class={open ? "add-row open" : "add-row"}>
      <div class="add-head">
        <Picture image={product.image} size={44} />
        <div class="add-name">
          <div class="strong">{named(product)}</div>
          <div class="quiet small bar">
            <span>{product.code}</span>
            {stepsOf(product) && <span>{stepsOf(product)}</span>}
            {mine.length > 0 && <Badge>{t("add.on_order")}</Badge>}
          </div>
        </div>
        <div class="figure">
          <div class="strong">{product.price ? money(product.price, currency) : t("add.no_price")}</div>
          <div class="faint small">{unitWord(product.unit)}</div>
        </div>
        <AddControl {...{ product, isBound, mine, open, onAsk, onAdd }} {...(onQuantity && { onQuantity })} />
      </div>
      {open && <ChoiceForm product={product} isBound={isBound} onAdd={onAdd} onCancel={onAsk} />}
    </li>
  );
}

function AddControl(props: {
  product: Product;
  isBound: boolean;
  mine: readonly ExistingLine[];
  open: boolean;
  onAsk: () => void;
  onAdd: (choices: Choices) => void;
  onQuantity?: (line: string, quantity: string) => void;
}): JSX.Element {
  const { product, mine, onQuantity } = props;
  const name = named(product);
  const only = mine[0];
  if (onQuantity && isPlain(product) && mine.length === 1 && only && only.quantity !== null) {
    return (
      <Stepper
        label={`${t("add.quantity")}, ${name}`}
        value={only.quantity}
        step={product.multiple}
        fault={(quantity) => stepFault(product, quantity, props.isBound)}
        onValue={(quantity) => onQuantity(only.line, quantity)}
      />
    );
  }
  if (isPlain(product)) {
    return (
      <IconButton
        icon="plus"
        class="add-plus"
        label={t("add.one", { name })}
        onClick={() => props.onAdd(firstChoices(product))}
      />
    );
  }
  return (
    <IconButton
      icon={props.open ? "close" : "plus"}
      class="add-plus"
      label={t("add.choose", { name })}
      aria-expanded={props.open}
      onClick={props.onAsk}
    />
  );
}
