import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { decimalInput, parseDecimal, t } from "../words";
import { Icon } from "./icons";

/** A quantity with a button on each side. `step` is the product's order multiple; zero is the least. */
export function Stepper(props: {
  label: string;
  value: string;
  step?: string | null;
  onValue: (value: string) => void;
}): JSX.Element {
  const [typed, setTyped] = useState(decimalInput(props.value));
  useEffect(() => setTyped(decimalInput(props.value)), [props.value]);
  const settle = () => {
    const value = parseDecimal(typed);
    if (value === null) setTyped(decimalInput(props.value));
    else if (value !== props.value) props.onValue(value);
  };
  const move = (sign: 1 | -1) =>
    props.onValue(stepped(parseDecimal(typed) ?? props.value, props.step ?? "1", sign));
  return (
    <fieldset class="stepper" aria-label={props.label}>
      <button type="button" aria-label={t("stepper.less")} onClick={() => move(-1)}>
        <Icon name="minus" size={14} />
      </button>
      <input
        inputMode="decimal"
        aria-label={props.label}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={settle}
        onKeyDown={(event) => event.key === "Enter" && settle()}
      />
      <button type="button" aria-label={t("stepper.more")} onClick={() => move(1)}>
        <Icon name="plus" size={14} />
      </button>
    </fieldset>
  );
}

/** `value` one `step` up or down, exactly, never below zero; both are decimal strings of at most four places. */
export function stepped(value: string, step: string, sign: 1 | -1): string {
  const scaled = Math.round(Number(value || "0") * 10_000) + sign * Math.round(Number(step) * 10_000);
  return String(Math.max(0, scaled) / 10_000);
}
