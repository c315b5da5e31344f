import type { JSX } from "preact";
import { useId, useLayoutEffect, useState } from "preact/hooks";
import { decimalInput, parseDecimal, t } from "../words";
import { Icon } from "./icons";

/**
 * A quantity with a button on each side. `step` is the product's order multiple; zero is the least. What `fault` objects
 * to is not taken: what was typed stays, with the reason.
 */
export function Stepper(props: {
  label: string;
  value: string;
  step?: string | null;
  fault?: (value: string) => string | null;
  onValue: (value: string) => void;
}): JSX.Element {
  const id = useId();
  const [typed, setTyped] = useState(decimalInput(props.value));
  const [fault, setFault] = useState<string | null>(null);
  const show = (text: string) => {
    setTyped(text);
    setFault(null);
  };
  // Before the page is painted: the reason that a press at once was given must stay.
  useLayoutEffect(() => show(decimalInput(props.value)), [props.value]);
  const take = (value: string) => {
    const objection = props.fault?.(value) ?? null;
    setFault(objection);
    if (!objection && value !== props.value) props.onValue(value);
  };
  const settle = () => {
    const value = parseDecimal(typed);
    if (value === null) show(decimalInput(props.value));
    else take(value);
  };
  const move = (sign: 1 | -1) => take(stepped(parseDecimal(typed) ?? props.value, props.step ?? "1", sign));
  return (
    <fieldset class="stepper" aria-label={props.label}>
      <button type="button" aria-label={t("stepper.less")} onClick={() => move(-1)}>
        <Icon name="minus" size={14} />
      </button>
      <input
        inputMode="decimal"
        aria-label={props.label}
        aria-invalid={fault !== null}
        aria-describedby={fault ? id : undefined}
        value={typed}
        onInput={(event) => show(event.currentTarget.value)}
        onBlur={settle}
        onKeyDown={(event) => event.key === "Enter" && settle()}
      />
      <button type="button" aria-label={t("stepper.more")} onClick={() => move(1)}>
        <Icon name="plus" size={14} />
      </button>
      {fault && (
        <span id={id} class="fault" role="alert">
          {fault}
        </span>
      )}
    </fieldset>
  );
}

/** `value` one `step` up or down, exactly, never below zero; both are decimal strings of at most four places. */
export function stepped(value: string, step: string, sign: 1 | -1): string {
  const scaled = Math.round(Number(value || "0") * 10_000) + sign * Math.round(Number(step) * 10_000);
  return String(Math.max(0, scaled) / 10_000);
}
