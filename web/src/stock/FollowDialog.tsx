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

const MOST = 200;

/** A product whose stock is followed from now on: by size, and by the choices that make another stock. */
export function FollowDialog({ onFollow, onClose }: FollowProps): JSX.Element {
  const [q, setQ] = useState("");
  const [active, setActive] = useState<Product | null>(null);
  const [by, setBy] = useState<readonly string[]>([]);
  const settled = useSettled(q.trim());
  const list = useList<Product>("/api/products", { q: settled, limit: 20 });
  const levels = active ? levelsFor(active, by) : [];
  const isMuch = levels.length > MOST;
  const follow = () => {
    if (levels.length > 0 && !isMuch) onFollow(levels);
  };
  return (
    <Dialog title={say("follow.title")} onClose={onClose}>
      <div class="body stack">
        <Combobox
          label={say("follow.title")}
          placeholder={say("follow.search")}
          query={q}
          onQuery={setQ}
          items={list.items}
          id={(product) => product.id}
          draw={(product) => (
            <div>
              <span class="strong">{named(product)}</span> <span class="quiet small">{product.code}</span>
            </div>
          )}
          onActive={(product) => {
            setActive(product);
            setBy([]);
          }}
          onChoose={follow}
        />
        {list.state === "ready" && list.items.length === 0 && <NoProduct isSearch={settled !== ""} />}
        {active && <Apart product={active} by={by} onBy={setBy} />}
      </div>
      <footer>
        <Button onClick={onClose}>{say("cancel")}</Button>
        <Button look="primary" disabled={levels.length === 0 || isMuch} onClick={follow}>
          {say("follow.do", { count: levels.length })}
        </Button>
      </footer>
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

interface ApartProps {
  readonly product: Product;
  readonly by: readonly string[];
  readonly onBy: (by: readonly string[]) => void;
}

/** The choices of a product of which each may have a stock of its own. */
function Apart({ product, by, onBy }: ApartProps): JSX.Element | null {
  const choices = product.characteristics.filter(
    ({ kind, options }) => kind === "choice" && options.length > 0,
  );
  if (choices.length === 0) return null;
  return (
    <fieldset class="stack-s">
      <legend class="legend">{say("follow.by")}</legend>
      {choices.map((one) => (
        <CheckField
          key={one.key}
          label={named(one)}
          hint={one.options.map(named).join(", ")}
          value={by.includes(one.key)}
          onValue={(apart) => onBy(apart ? [...by, one.key] : by.filter((key) => key !== one.key))}
        />
      ))}
      <p class="quiet small">{say("follow.by.hint")}</p>
    </fieldset>
  );
}
