import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Side } from "../../api/shapes";
import { me } from "../../app/session";
import { Badge } from "../../design/Badge";
import { Button } from "../../design/Button";
import { changes } from "../../offline/device";
import { type UnsentOrder, unsentOrders } from "../../offline/unsent";
import { tell } from "../../offline/words";
import { momentIn } from "../../words";

/** The orders with something unsent, of one of a company's sides; read again as they change. */
export function useUnsent(side: Side): readonly UnsentOrder[] {
  const [unsent, setUnsent] = useState<readonly UnsentOrder[]>([]);
  const [turn, setTurn] = useState(0);
  const userId = me.value?.user.id ?? "";
  const changed = changes.value;
  useEffect(() => {
    const again = () => setTurn((before) => before + 1);
    document.addEventListener("visibilitychange", again);
    return () => document.removeEventListener("visibilitychange", again);
  }, []);
  useEffect(() => {
    let gone = false;
    unsentOrders(userId).then(
      (found) => {
        if (!gone) setUnsent(found.filter((one) => one.side === side || one.side === null));
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [userId, side, changed, turn]);
  return unsent;
}

/** Beside an order in a list: how much of it is on this device only. */
export function UnsentBadge({ unsent }: { unsent: UnsentOrder }): JSX.Element {
  const since = momentIn("since", unsent.since);
  return (
    <Badge title={tell("unsent.badge.title", { since })}>
      {tell("unsent.badge", { count: Math.max(1, unsent.count) })}
    </Badge>
  );
}

/** The filter of what is to be synchronised, and the orders that no list of the server knows yet. */
export function UnsentOrders(props: {
  unsent: readonly UnsentOrder[];
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}): JSX.Element | null {
  const { unsent, isChosen, onChoose } = props;
  if (unsent.length === 0) return null;
  const shown = isChosen ? unsent : unsent.filter((one) => one.isBegun);
  return (
    <div class="unsent" data-unsent={unsent.length}>
      <Button small aria-pressed={isChosen} onClick={() => onChoose(!isChosen)}>
        {isChosen ? tell("unsent.all") : tell("unsent.filter", { count: unsent.length })}
      </Button>
      {shown.length > 0 && (
        <ul>
          {shown.map((one) => (
            <li key={one.id}>
              <a class="row-link" href={`/orders/${one.id}`}>
                {tell(one.isBegun ? "unsent.new" : "unsent.order", { name: one.name })}
              </a>
              <UnsentBadge unsent={one} />
              <span class="faint small">{tell("unsent.sending")}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
