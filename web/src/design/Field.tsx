import type { ComponentChildren, InputHTMLAttributes, JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { decimalInput, parseDecimal, t } from "../words";
import { Icon } from "./icons";

interface Framed {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong, in a sentence; shown beside the field and read with it. */
  fault?: string | undefined;
  optional?: boolean;
  /** The label is read but not shown. */
  bare?: boolean;
}

interface Wiring {
  id: string;
  "aria-invalid"?: "true";
  "aria-describedby"?: string;
}

/** Label, control, hint and fault, tied to each other for those who do not see them. */
export function Frame({
  label,
  hint,
  fault,
  optional,
  bare,
  children,
}: Framed & { children: (wiring: Wiring) => ComponentChildren }): JSX.Element {
  const id = useId();
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const wiring: Wiring = {
    id,
    ...(fault && { "aria-invalid": "true" as const }),
    ...(described && { "aria-describedby": described }),
  };
  return (
    <div class="field">
      <label for={id} class={bare ? "unseen" : undefined}>
        {label}
        {optional && <span class="optional">{t("optional")}</span>}
      </label>
      {children(wiring)}
      {fault && (
        <span class="fault" id={`${id}-fault`}>
          <Icon name="info" size={14} />
          {fault}
        </span>
      )}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

interface Native {
  type?: "text" | "email" | "password" | "tel" | "url";
  name?: string;
  autoComplete?: string;
  inputMode?: "text" | "decimal" | "numeric" | "email" | "tel" | "url";
  required?: boolean;
  readOnly?: boolean;
  autoFocus?: boolean;
  maxLength?: number;
  placeholder?: string;
}
type Texts = Framed & { value: string; onValue: (value: string) => void; figure?: boolean };

/** A line of text. `value` and what `onValue` gives are the text as typed. */
export function TextField(props: Texts & Native): JSX.Element {
  const { value, onValue, figure } = props;
  return (
    <Frame {...frame(props)}>
      {(wiring) => (
        <input
          {...native(props)}
          {...wiring}
          class={figure ? "input figure" : "input"}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

export function TextArea(
  props: Texts & { rows?: number; readOnly?: boolean; maxLength?: number },
): JSX.Element {
  const { value, onValue, rows, readOnly, maxLength } = props;
  return (
    <Frame {...frame(props)}>
      {(wiring) => (
        <textarea
          {...wiring}
          class="input"
          rows={rows ?? 3}
          readOnly={readOnly}
          maxLength={maxLength}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

/** A decimal, typed with a comma or a point. `value` is canonical (`12.5`); what is not a number is given as typed. */
export function DecimalField(
  props: Framed & { value: string; onValue: (value: string) => void; readOnly?: boolean },
): JSX.Element {
  const [typed, setTyped] = useState(decimalInput(props.value));
  useEffect(() => {
    if ((parseDecimal(typed) ?? typed) !== props.value) setTyped(decimalInput(props.value));
  }, [props.value]);
  const take = (text: string) => {
    setTyped(text);
    props.onValue(parseDecimal(text) ?? text.trim());
  };
  return <TextField {...props} value={typed} onValue={take} inputMode="decimal" figure autoComplete="off" />;
}

export function SelectField<Choice extends string>(
  props: Framed & {
    value: Choice | "";
    choices: readonly { value: Choice | ""; label: string }[];
    onValue: (value: Choice) => void;
    disabled?: boolean;
  },
): JSX.Element {
  return (
    <Frame {...frame(props)}>
      {(wiring) => (
        <select
          {...wiring}
          class="input"
          disabled={props.disabled}
          value={props.value}
          onChange={(event) => props.onValue(event.currentTarget.value as Choice)}
        >
          {props.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

export function CheckField(props: {
  label: string;
  hint?: string;
  value: boolean;
  onValue: (value: boolean) => void;
  disabled?: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={props.value}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{props.label}</label>
        {props.hint && (
          <div class="faint small" id={`${id}-hint`}>
            {props.hint}
          </div>
        )}
      </div>
    </div>
  );
}

/** One of a few choices, all in sight. */
export function Segments<Choice extends string>(props: {
  label: string;
  value: Choice;
  choices: readonly { value: Choice; label: string }[];
  onValue: (value: Choice) => void;
  disabled?: boolean;
  bare?: boolean;
}): JSX.Element {
  const name = useId();
  return (
    <fieldset class="field" disabled={props.disabled}>
      <legend class={props.bare ? "unseen" : "legend"}>{props.label}</legend>
      <div class="segments">
        {props.choices.map((choice) => (
          <label key={choice.value} class={choice.value === props.value ? "on" : undefined}>
            <input
              type="radio"
              name={name}
              checked={choice.value === props.value}
              onChange={() => props.onValue(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function native(props: Native): InputHTMLAttributes<HTMLInputElement> {
  const { type, name, autoComplete, inputMode, required, readOnly, maxLength } = props;
  const placeholder = readOnly ? "—" : props.placeholder;
  const given = { type, name, autoComplete, inputMode, readOnly, maxLength, placeholder, required };
  const attributes = { ...given, "data-autofocus": props.autoFocus ? "" : undefined };
  return attributes as InputHTMLAttributes<HTMLInputElement>;
}

/** What may be left out is nobody’s concern where nothing can be written. */
function frame({ label, hint, fault, optional, bare, readOnly }: Framed & { readOnly?: boolean }): Framed {
  return {
    label,
    ...(hint !== undefined && { hint }),
    ...(fault && { fault }),
    ...(optional && !readOnly && { optional }),
    ...(bare && { bare }),
  };
}
