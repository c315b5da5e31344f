import type { EffectiveCell } from "../order/colour";
import { say } from "./words";

interface ValueProps {
  readonly cell: EffectiveCell;
  readonly show: (value: unknown) => string;
  /** What an empty cell shows. */
  readonly empty?: string;
  /** Nobody can sign before it is given. */
  readonly isNeeded?: boolean;
}

/** A value as the grid shows it; where something else was asked or signed: that struck, an arrow, the value. */
export function Value(props: ValueProps) {
  const { cell, show } = props;
  const before = valueBefore(cell);
  const changed = cell.changedFrom !== null;
  const now = show(cell.value);
  return (
    <span
      title={spokenParts(cell, show).join(", ") || undefined}
      class={changed ? "value is-changed" : "value"}
    >
      {before !== null && show(before) !== now && (
        <span class="value-old" aria-hidden="true">
          <s class="value-before">{show(before)}</s> <span class="value-arrow">→</span>
        </span>
      )}
      <span class="value-new">
        <span class="value-now">
          {now ||
            (props.isNeeded ? (
              <Needed />
            ) : (
              props.empty && <span class={changed ? undefined : "faint"}>{props.empty}</span>
            ))}
        </span>
        {changed && (
          <span class="value-shape" aria-hidden="true">
            ▲
          </span>
        )}
      </span>
      <Spoken cell={cell} show={show} />
    </span>
  );
}

/** Stands where something must be given before anyone can sign. */
export function Needed() {
  return <span class="value-needed">{say("missing.value")}</span>;
}

/** What is struck: what was asked, where something else is offered; else what the reader signed. */
export function valueBefore(cell: EffectiveCell): unknown {
  if (cell.differs) return cell.asked;
  return cell.changedFrom?.value ?? null;
}

function Spoken({ cell, show }: { cell: EffectiveCell; show: (value: unknown) => string }) {
  const parts = spokenParts(cell, show);
  return parts.length > 0 ? <span class="unseen">{`, ${parts.join(", ")}`}</span> : null;
}

/** How a cell's state is told: asked, offered, changed and from what. */
export function spokenParts(cell: EffectiveCell, show: (value: unknown) => string): string[] {
  const told = (value: unknown) => show(value) || say("cell.empty");
  const parts: string[] = [];
  if (cell.differs) {
    parts.push(
      say("cell.asked", { value: told(cell.asked) }),
      say("cell.offered", { value: told(cell.offered) }),
    );
  }
  if (cell.changedFrom) {
    parts.push(say("changed"), say("cell.signed", { value: told(cell.changedFrom.value) }));
  }
  return parts;
}

/** `12 → 8`, of texts; what was empty is not struck. */
export function BeforeAfter({ before, after, loud }: { before: string; after: string; loud?: boolean }) {
  return (
    <span class="difference-values">
      {before && (
        <>
          <s class="value-before">{before}</s>
          <span aria-hidden="true" class="value-arrow">
            →
          </span>
          <span class="unseen">{say("value.becomes")}</span>
        </>
      )}
      <strong class={loud ? "difference-after" : undefined}>{after || say("cell.empty")}</strong>
    </span>
  );
}
