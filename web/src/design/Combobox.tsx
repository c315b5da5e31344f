import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { SearchField } from "./Search";

/** A search field over a list that is always in sight: arrows move, Enter chooses, typing filters. */
export function Combobox<Item>(props: {
  label: string;
  placeholder: string;
  query: string;
  onQuery: (query: string) => void;
  items: readonly Item[];
  id: (item: Item) => string;
  draw: (item: Item) => ComponentChildren;
  onActive?: (item: Item | null) => void;
  onChoose: (item: Item) => void;
}): JSX.Element {
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const base = useId();
  const { items } = props;
  const at = Math.min(active, items.length - 1);
  const current = items[at] ?? null;
  const currentId = current ? props.id(current) : null;
  useEffect(() => {
    props.onActive?.(current);
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [currentId]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined && items.length > 0) {
      event.preventDefault();
      setActive((next + items.length) % items.length);
    } else if (event.key === "Enter" && current) {
      event.preventDefault();
      props.onChoose(current);
    }
  };
  return (
    <div class="stack-s">
      <SearchField
        label={props.label}
        placeholder={props.placeholder}
        value={props.query}
        onValue={(query) => {
          setActive(0);
          props.onQuery(query);
        }}
        onKeyDown={onKeyDown}
        combobox={{ controls: base, active: currentId ? `${base}-${currentId}` : undefined }}
      />
      <div
        class="options"
        role="listbox"
        id={base}
        aria-label={props.label}
        ref={list}
        hidden={items.length === 0}
      >
        {items.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field above, which keeps the focus.
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={props.id(item)}
            id={`${base}-${props.id(item)}`}
            class="option"
            role="option"
            aria-selected={index === at}
            onClick={() => setActive(index)}
            onDblClick={() => props.onChoose(item)}
          >
            {props.draw(item)}
          </div>
        ))}
      </div>
    </div>
  );
}
