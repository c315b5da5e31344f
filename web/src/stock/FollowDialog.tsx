import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Product } from "../api/shapes";
import { useList, useSettled } from "../app/load";
import { Button, ButtonLink } from "../design/Button";
import { Combobox } from "../design/Combobox";
import { Dialog } from "../design/Dialog";
import { CheckField } from "../design/Field";
import { named, t } from "../words";
import { type Level, levelsFor } from "./level";
import { say } from "./words";

interface FollowProps {
  readonly onFollow: (levels: readonly Level[]) => void;
  readonly onClose: () => void;
}

/** A product whose stock is followed from now on: by size, and by the choices that make another stock. */
export function FollowDialog({ onFollow, onClose }: FollowProps): JSX.Element {
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<Product | null>(null);
  const settled = useSettled(q.trim());
  const list = useList<Product>("/api/products", { q: settled, limit: 20 });
  const choose = (product: Product) => {
    if (choicesOf(product).length === 0) onFollow(levelsFor(product, []));
    else setChosen(product);
  };
  return (
    <Dialog title={say("follow.title")} onClose={onClose}>
      {chosen ? (
        <Apart product={chosen} onFollow={onFollow} onBack={() => setChosen(null)} />
      ) : (
        <div class="body">
          <Combobox
            label={say("follow.title")}
            placeholder={say("follow.search")}
            query={q}
            onQuery={setQ}
            items={list.items}
            id={(product) => product.id}
            draw={(product) => (
              <>
                <span class="strong">{named(product)}</span> <span class="quiet small">{product.code}</span>
              </>
            )}
            onChoose={choose}
          />
          {list.state === "ready" && list.items.length === 0 && <NoProduct isSearch={settled !== ""} />}
        </div>
      )}
    </Dialog>
  );
}

function NoProduct({ isSearch }: { isSearch: boolean }): JSX.Element {
  if (isSearch) return <p class="quiet">{say("follow.none")}</p>;
  return (
    <div class="stack-s">
      <p class="quiet">{say("follow.no_catalogue")}</p>
      <div>
        <ButtonLink href="/products/new">{t("products.new")}</ButtonLink>
      </div>
    </div>
  );
}

const MOST = 200;

function Apart(props: {
  product: Product;
  onFollow: FollowProps["onFollow"];
  onBack: () => void;
}): JSX.Element {
  const { product } = props;
  const [by, setBy] = useState<readonly string[]>([]);
  const levels = levelsFor(product, by);
  return (
    <>
      <div class="body stack">
        <p class="strong">{named(product)}</p>
        <fieldset class="stack-s">
          <legend class="legend">{say("follow.by")}</legend>
          {choicesOf(product).map((one) => (
            <CheckField
              key={one.key}
              label={named(one)}
              hint={one.options.map(named).join(", ")}
              value={by.includes(one.key)}
              onValue={(apart) => setBy(apart ? [...by, one.key] : by.filter((key) => key !== one.key))}
            />
          ))}
          <p class="quiet small">{say("follow.by.hint")}</p>
        </fieldset>
      </div>
      <footer>
        <Button onClick={props.onBack}>{t("do.back")}</Button>
        <Button look="primary" disabled={levels.length > MOST} onClick={() => props.onFollow(levels)}>
          {say("follow.do", { count: levels.length })}
        </Button>
      </footer>
    </>
  );
}

function choicesOf(product: Product): Product["characteristics"] {
  return product.characteristics.filter(({ kind, options }) => kind === "choice" && options.length > 0);
}
