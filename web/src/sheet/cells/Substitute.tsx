import { useEffect, useState } from "preact/hooks";
import type { Product } from "../../api/shapes";
import { lineKey } from "../../order/cells";
import { useSheet } from "../context";
import { nameOf, substituteProduct } from "../product";
import { products } from "../requests";
import { language, say } from "../words";

const PAUSE_MS = 200;

/** The product that the supplier offers instead, and for him the way to choose one. */
export function Substitute({ line }: { line: string }) {
  const sheet = useSheet();
  const [searching, setSearching] = useState(false);
  sheet.record(`substitutes/${line}`);
  const key = lineKey(line, "substitute");
  const mayWrite = sheet.mayWrite(key) && sheet.state.value !== "draft";
  const isGiven = sheet.cell(line, "substitute").value !== null;
  const product = substituteProduct(sheet.document.content, line);
  if (!mayWrite && !isGiven) return null;
  return (
    <fieldset class="panel-group">
      <legend>{say("field.substitute")}</legend>
      {isGiven && <p class="strong">{product ? nameOf(product, language.value) : say("line.waiting")}</p>}
      {mayWrite && !searching && (
        <p class="bar">
          <button type="button" class="button small" onClick={() => setSearching(true)}>
            {say("line.substitute")}
          </button>
          {isGiven && (
            <button type="button" class="button small plain" onClick={() => sheet.edit.clear(key)}>
              {say("line.remove_substitute")}
            </button>
          )}
        </p>
      )}
      {searching && (
        <ProductSearch
          onTake={(chosen) => {
            sheet.edit.set(key, chosen.id);
            setSearching(false);
          }}
        />
      )}
    </fieldset>
  );
}

function ProductSearch({ onTake }: { onTake: (product: Product) => void }) {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<readonly Product[] | null>(null);
  useEffect(() => {
    if (!query.trim()) return setFound(null);
    const waiting = setTimeout(() => products(query, null).then(setFound, () => setFound([])), PAUSE_MS);
    return () => clearTimeout(waiting);
  }, [query]);
  return (
    <div class="choices">
      <input
        class="input"
        type="search"
        aria-label={say("line.substitute_search")}
        placeholder={say("line.substitute_search")}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {found?.length === 0 && <p class="quiet">{say("line.no_substitute")}</p>}
      {found?.slice(0, 8).map((product) => (
        <button key={product.id} type="button" class="choice" onClick={() => onTake(product)}>
          <span class="strong">{nameOf(product, language.value)}</span>
          <span class="quiet small">{product.code}</span>
        </button>
      ))}
    </div>
  );
}
