import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button, IconButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { DecimalField, Frame } from "../design/Field";
import { localToday } from "../order/dates";
import { language, named } from "../words";
import type { StockGridState } from "./grid";
import { type Arrival, byDay, change, type Level, readQuantity } from "./level";
import { amount, placeName } from "./names";
import { faultWord, say } from "./words";

/** Everything of one level: how much, and what is expected when. */
export function LevelDialog({ level: now, grid }: { level: Level; grid: StockGridState }): JSX.Element {
  // As it was when the window opened: that is what the person sees and changes.
  const [level] = useState(now);
  const [onHand, setOnHand] = useState(level.on_hand);
  const [arrivals, setArrivals] = useState<readonly Arrival[]>(level.arrivals);
  const [tried, setTried] = useState(false);
  const faults = faultsIn(level, onHand, arrivals);
  const told = (place: string) => (tried && faults[place] ? faultWord(faults[place]) : undefined);
  const place = placeName(level, grid.book.products.value.get(level.product_id));
  const close = () => {
    grid.opened.value = null;
  };
  const save = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    const values = {
      ...(onHand !== level.on_hand && { on_hand: onHand }),
      ...(arrivals !== level.arrivals && { arrivals: byDay(arrivals) }),
    };
    if (Object.keys(values).length > 0) grid.book.set([change(level, values)]);
    close();
  };
  const changeArrival = (at: number, part: Partial<Arrival>) =>
    setArrivals(arrivals.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <Dialog
      title={say("level.title", { name: [named(level), place].filter(Boolean).join("\u00a0· ") })}
      onClose={close}
    >
      <form class="stock-form" noValidate onSubmit={save}>
        <div class="body stack">
          <DecimalField
            label={say("column.on_hand")}
            hint={level.free === "" ? undefined : `${say("column.reserved")} : ${amount(level.reserved)}`}
            value={onHand}
            fault={told("on_hand")}
            onValue={setOnHand}
          />
          <fieldset class="stack-s">
            <legend class="legend">{say("column.arrivals")}</legend>
            {arrivals.map((arrival, at) => (
              <div key={at} class="stock-arrival-fields">
                <DecimalField
                  label={say("level.quantity")}
                  value={arrival.quantity}
                  fault={told(`quantity ${at}`)}
                  onValue={(quantity) => changeArrival(at, { quantity })}
                />
                <DayField
                  value={arrival.date}
                  fault={told(`date ${at}`)}
                  onValue={(date) => changeArrival(at, { date })}
                />
                <IconButton
                  icon="trash"
                  label={say("level.remove", { number: at + 1 })}
                  onClick={() => setArrivals(arrivals.filter((_, index) => index !== at))}
                />
              </div>
            ))}
            <div>
              <Button
                small
                icon="plus"
                onClick={() => setArrivals([...arrivals, { quantity: "", date: localToday() }])}
              >
                {say("level.add")}
              </Button>
            </div>
          </fieldset>
        </div>
        <footer>
          {level.free !== "" && (
            <Button
              look="plain"
              class="stock-drop"
              title={say("level.drop.hint")}
              onClick={() => {
                grid.book.set([change(level, { on_hand: null, arrivals: [] })]);
                close();
              }}
            >
              {say("level.drop")}
            </Button>
          )}
          <Button onClick={close}>{say("cancel")}</Button>
          <Button type="submit" look="primary">
            {say("save")}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function faultsIn(level: Level, onHand: string, arrivals: readonly Arrival[]): Record<string, string> {
  const quantity = (text: string) => {
    const read = readQuantity(text, level, language.value === "fr" ? "fr" : "en");
    return "fault" in read ? read.fault : null;
  };
  const found = [
    ["on_hand", quantity(onHand)],
    ...arrivals.map((one, at) => [`quantity ${at}`, quantity(one.quantity)]),
    ...arrivals.map((one, at) => [`date ${at}`, one.date === "" ? "not_a_date" : null]),
  ].filter(([, fault]) => fault !== null);
  return Object.fromEntries(found) as Record<string, string>;
}

function DayField(props: {
  value: string;
  fault: string | undefined;
  onValue: (date: string) => void;
}): JSX.Element {
  return (
    <Frame label={say("level.date")} {...(props.fault && { fault: props.fault })}>
      {(wiring) => (
        <input
          {...wiring}
          class="input"
          type="date"
          value={props.value}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}
