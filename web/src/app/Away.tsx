import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Me } from "../api/shapes";
import { Button, ButtonLink } from "../design/Button";
import { asOf } from "../offline/answers";
import { arrivals, changes, isKeptAgain, room } from "../offline/device";
import { guardLeaving } from "../offline/guard";
import { lost } from "../offline/lost";
import { followMark, forgotten } from "../offline/mark";
import { type UnsentOrder, unsentOrders, waiting } from "../offline/unsent";
import { goToLater, later } from "../offline/version";
import { keepWork } from "../offline/warm";
import { tell } from "../offline/words";
import { momentIn } from "../words";
import { isSheet } from "./routes";
import { me, stillHere } from "./session";
import "./away.css";

const CALM_MS = 1500;

/** Above every page: from when what one sees is, and whether a later version of the application waits. */
export function Away(): JSX.Element {
  const { path } = useLocation();
  // An order says on its own how it stands with the server.
  const at = asOf.value;
  return (
    <>
      {at !== null && !isSheet(path) && (
        <p class="away-bar" role="status" data-as-of>
          {tell("offline.as_of", { when: momentIn("of", at) })}
        </p>
      )}
      <Cleared />
      <Forgotten />
      <Lost path={path} />
      {later.value && (
        <div class="away-bar calm" role="status" data-later={later.value}>
          <span>
            {tell(`update.${later.value}`)} {room.value === "kept" && tell("update.kept")}
          </span>
          <Button small onClick={() => void goToLater()}>
            {tell("update.do")}
          </Button>
        </div>
      )}
    </>
  );
}

/** This browser cleared its copies, and something in them was unsent: what is known of it. */
function Forgotten(): JSX.Element | null {
  const mark = forgotten.value;
  if (!mark) return null;
  const { count, since, orders } = mark;
  return (
    <div class="away-bar" role="alert" data-forgotten>
      <span>
        {tell("forgotten", { count, since: momentIn("since", since) })}{" "}
        {orders.map(({ id, name }) => (
          <a key={id} class="forgotten-order" href={`/orders/${id}`}>
            {tell("unsent.order", { name })}
          </a>
        ))}
      </span>
      <Button
        small
        onClick={() => {
          forgotten.value = null;
        }}
      >
        {tell("forgotten.read")}
      </Button>
    </div>
  );
}

/** This browser cleared its copies while the page was open, and keeps what is open again. */
function Cleared(): JSX.Element | null {
  if (!isKeptAgain.value) return null;
  const read = () => {
    isKeptAgain.value = false;
  };
  return (
    <div class="away-bar" role="alert" data-cleared>
      <span>{tell("cleared")}</span>
      <Button small onClick={read}>
        {tell("forgotten.read")}
      </Button>
    </div>
  );
}

/** Orders that one may no longer see, of which something unsent lies here. */
function Lost({ path }: { path: string }): JSX.Element {
  const userId = me.value?.user.id ?? "";
  const [orders, setOrders] = useState<readonly UnsentOrder[]>([]);
  const ids = lost.value;
  const turn = changes.value;
  useEffect(() => {
    if (ids.size === 0) return;
    unsentOrders(userId).then(
      (unsent) => setOrders(unsent.filter(({ id }) => ids.has(id))),
      () => undefined,
    );
  }, [userId, ids, turn]);
  return (
    <>
      {orders
        .filter(({ id }) => path !== `/orders/${id}`)
        .map(({ id, name, count }) => (
          <div key={id} class="away-bar" role="alert" data-lost={id}>
            <span>{tell("lost", { name, count: Math.max(1, count) })}</span>
            <ButtonLink small href={`/orders/${id}`}>
              {tell("lost.see")}
            </ButtonLink>
          </div>
        ))}
    </>
  );
}

/** While there is a network: sends what waits, and fetches what one would need without it. */
export function useReadiness(me: Me): void {
  const { id } = me.user;
  const { supplies, buys } = me.company;
  const turn = arrivals.value;
  useEffect(() => {
    const prepare = async () => {
      const [{ sendUnsent }, { letGoOfLost }] = await Promise.all([
        import("../sync/sender"),
        import("../sync/reach"),
      ]);
      await sendUnsent(id);
      const nouns = [...(supplies ? (["clients"] as const) : []), ...(buys ? (["suppliers"] as const) : [])];
      const listed = await keepWork(id, nouns).catch(() => null);
      if (listed) await letGoOfLost(id, listed);
    };
    const marking = followMark(id);
    // What is on the screen comes first.
    const timer = setTimeout(prepare, CALM_MS);
    // One whose session has ended stays where he is: the page says so itself, and what he wrote can be taken along.
    const back = () => void stillHere().then(prepare, () => undefined);
    addEventListener("online", back);
    const unguard = guardLeaving(() => waiting.value > 0);
    return () => {
      unguard();
      clearTimeout(timer);
      removeEventListener("online", back);
      void marking.then((stop) => stop());
    };
  }, [id, supplies, buys, turn]);
}
