import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Me } from "../api/shapes";
import { Button } from "../design/Button";
import { asOf } from "../offline/answers";
import { room } from "../offline/device";
import { followMark, forgotten } from "../offline/mark";
import { goToLater, later } from "../offline/version";
import { keepWork } from "../offline/warm";
import { tell } from "../offline/words";
import { nearMoment } from "../words";
import { isSheet } from "./routes";
import { stillHere } from "./session";
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
          {tell("offline.as_of", { when: nearMoment(at) })}
        </p>
      )}
      <Forgotten />
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
        {tell("forgotten", { count, since: nearMoment(since) })}{" "}
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

/** While there is a network: sends what waits, and fetches what one would need without it. */
export function useReadiness(me: Me): void {
  const { id } = me.user;
  const { supplies, buys } = me.company;
  useEffect(() => {
    const prepare = async () => {
      const { sendUnsent } = await import("../sync/sender");
      await sendUnsent(id);
      const nouns = [...(supplies ? (["clients"] as const) : []), ...(buys ? (["suppliers"] as const) : [])];
      await keepWork(id, nouns).catch(() => undefined);
    };
    const marking = followMark(id);
    // What is on the screen comes first.
    const timer = setTimeout(prepare, CALM_MS);
    // One whose session has ended stays where he is: the page says so itself, and what he wrote can be taken along.
    const back = () => void stillHere().then(prepare, () => undefined);
    addEventListener("online", back);
    return () => {
      clearTimeout(timer);
      removeEventListener("online", back);
      void marking.then((stop) => stop());
    };
  }, [id, supplies, buys]);
}
