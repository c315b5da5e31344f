import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { Button, IconButton } from "../../design/Button";
import { t } from "../../words";

/** Some things of one kind inside a form, each with its own fields; adding one puts the focus in it. */
export function Rows<Row extends object>(props: {
  title: string;
  add: string;
  rows: readonly Row[];
  blank: () => Row;
  onRows: (rows: Row[]) => void;
  row: (row: Row, index: number, change: (part: Partial<Row>) => void) => ComponentChildren;
  name?: (index: number) => string;
  empty?: string;
  readOnly?: boolean;
}): JSX.Element {
  const { rows, onRows, readOnly } = props;
  const list = useRef<HTMLUListElement>(null);
  // A browser that fills several fields at once speaks faster than the form is redrawn.
  const latest = useRef(rows);
  latest.current = rows;
  const put = (next: Row[]) => {
    latest.current = next;
    onRows(next);
  };
  const change = (at: number) => (part: Partial<Row>) =>
    put(latest.current.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const add = () => {
    put([...latest.current, props.blank()]);
    requestAnimationFrame(() =>
      list.current?.lastElementChild?.querySelector<HTMLElement>("input, select")?.focus(),
    );
  };
  return (
    <fieldset class={props.name ? "rows" : "rows small"}>
      <legend class="legend">{props.title}</legend>
      {rows.length === 0 && props.empty && <p class="faint small">{props.empty}</p>}
      <ul ref={list}>
        {rows.map((row, index) => (
          <li key={index} class="row-fields">
            <div>
              {props.name && <h3 class="row-name">{props.name(index + 1)}</h3>}
              {props.row(row, index, change(index))}
            </div>
            {!readOnly && (
              <IconButton
                icon="trash"
                class="row-remove"
                small
                label={`${t("do.remove")} (${props.name?.(index + 1) ?? `${props.title} ${index + 1}`})`}
                onClick={() => onRows(rows.filter((_, at) => at !== index))}
              />
            )}
          </li>
        ))}
      </ul>
      {!readOnly && (
        <Button small icon="plus" class="rows-add" onClick={add}>
          {props.add}
        </Button>
      )}
    </fieldset>
  );
}
