import type { TargetedFocusEvent, TargetedInputEvent, TargetedKeyboardEvent } from "preact";
import { useId, useState } from "preact/hooks";
import { Fault } from "../design/Fault";
import type { ValueKind } from "../order/cells";
import { localToday } from "../order/dates";
import { format } from "../order/display";
import { inDecimals, parseInput } from "../order/input";
import { Rings } from "./cells/Rings";
import { useSheet } from "./context";
import { GrowingArea } from "./GrowingArea";
import { useCurrency } from "./hooks";
import { withoutCounted } from "./units";
import { Value } from "./Value";
import { day, language, say, sayOr, shown } from "./words";

export interface FieldProps {
  readonly label: string;
  readonly kind: ValueKind;
  readonly noun: string;
  readonly line?: string | null;
  readonly point?: string | null;
  /** Of a dimension: what a number alone is taken in. */
  readonly unit?: string | null;
  /** Of a quantity: how many decimals what it counts is sold in. */
  readonly decimals?: number | undefined;
  readonly options?: readonly { readonly key: string; readonly name: string }[];
  readonly wide?: boolean;
  /** A field that is empty and may not be written is not worth a place. */
  readonly hideEmpty?: boolean;
}

/** One labelled cell: its value, what was asked or signed before, and an input where one may write it. */
export function Field(props: FieldProps) {
  const sheet = useSheet();
  const id = useId();
  const key = keyOf(props);
  const cell = sheet.cell(props.line ?? null, props.noun, props.point ?? null);
  const obstacle = sheet.obstacle(key);
  const currency = useCurrency();
  const text = (value: unknown) => optionName(props, value) ?? shown(props.kind, value, currency);
  if (obstacle && props.hideEmpty && cell.value === null && !cell.changedFrom) return null;
  const differs = cell.differs || cell.changedFrom !== null;
  const unsaved = sheet.isUnsaved(key) ? " is-unsaved" : "";
  return (
    <div class={`fact${props.wide ? " fact-wide" : ""}${unsaved}`} data-cell={key}>
      <Rings isThere={(cell) => cell === key} />
      <label class="fact-label" for={id}>
        {props.label}
      </label>
      {obstacle ? (
        <output id={id} class="fact-text" title={say(`obstacle.${obstacle}`)}>
          <Value cell={cell} show={text} empty="—" />
        </output>
      ) : (
        <>
          <FieldInput {...props} id={id} cellKey={key} value={cell.value} />
          {differs && (
            <span class="fact-aside">
              <Value cell={cell} show={text} empty={say("cell.empty")} />
            </span>
          )}
        </>
      )}
    </div>
  );
}

function keyOf({ line, noun, point }: FieldProps): string {
  const key = line ? `lines/${line}/${noun}` : noun;
  return point ? `${key}/${point}` : key;
}

function optionName(props: FieldProps, value: unknown): string | null {
  return props.options?.find((option) => option.key === value)?.name ?? null;
}

interface InputProps extends FieldProps {
  readonly id: string;
  readonly cellKey: string;
  readonly value: unknown;
}

function FieldInput(props: InputProps) {
  if (props.kind === "flag") return <FlagInput {...props} />;
  if (props.options) return <ChoiceInput {...props} />;
  return <TextInput {...props} />;
}

function useWrite(props: InputProps): (value: unknown) => void {
  const { edit } = useSheet();
  return (value) => void edit.set(props.cellKey, value);
}

function FlagInput(props: InputProps) {
  const write = useWrite(props);
  return (
    <input
      id={props.id}
      class="fact-check"
      type="checkbox"
      checked={props.value === true}
      onChange={(event) => write(event.currentTarget.checked ? true : null)}
    />
  );
}

function ChoiceInput(props: InputProps) {
  const write = useWrite(props);
  return (
    <select
      id={props.id}
      class="fact-input"
      value={typeof props.value === "string" ? props.value : ""}
      onChange={(event) => write(event.currentTarget.value || null)}
    >
      <option value="">—</option>
      {props.options?.map((option) => (
        <option key={option.key} value={option.key}>
          {option.name}
        </option>
      ))}
    </select>
  );
}

type TextElement = HTMLInputElement | HTMLTextAreaElement;

function TextInput(props: InputProps) {
  const write = useWrite(props);
  const [draft, setDraft] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const { presence, leave } = usePresence(props.cellKey);
  const currency = useCurrency();
  const current = inputText(props, currency);
  const commit = (text: string) => {
    const bare = props.kind === "quantity" ? withoutCounted(text, props.unit ?? undefined) : inOneLine(text);
    const unit = isMoney(props.kind) ? currency : (props.unit ?? null);
    const typed = parseInput(props.kind, bare, language.value, unit, localToday());
    const parsed = inDecimals(typed, props.decimals);
    if ("fault" in parsed) return setFault(parsed.fault);
    if (text !== current) write(parsed.value);
    setFault(null);
    setDraft(null);
  };
  const common = {
    id: props.id,
    class: "fact-input",
    autocomplete: "off",
    placeholder: "—",
    value: draft ?? current,
    "aria-invalid": fault !== null,
    "aria-describedby": fault ? `${props.id}-fault` : undefined,
    onFocus: presence,
    onInput: (event: TargetedInputEvent<TextElement>) => setDraft(event.currentTarget.value),
    onBlur: (event: TargetedFocusEvent<TextElement>) => {
      leave();
      if (draft !== null) commit(event.currentTarget.value);
    },
    onKeyDown: (event: TargetedKeyboardEvent<TextElement>) => {
      if (event.key === "Enter") {
        event.preventDefault();
        commit(event.currentTarget.value);
      }
      if (event.key !== "Escape" || draft === null) return;
      event.stopPropagation();
      event.preventDefault();
      setDraft(null);
      setFault(null);
    },
  };
  return (
    <>
      {isText(props.kind) ? (
        <GrowingArea {...common} class="fact-input fact-area" />
      ) : props.kind === "date" && HAS_FINGERS ? (
        <input type="date" {...common} />
      ) : (
        <input type="text" inputMode={isNumber(props.kind) ? "decimal" : "text"} {...common} />
      )}
      {fault && <Fault id={`${props.id}-fault`}>{sayOr("fault", fault, say("fault.wrong_type"))}</Fault>}
    </>
  );
}

function usePresence(key: string) {
  const { connection } = useSheet();
  return { presence: () => connection.moveTo(key), leave: () => connection.moveTo("") };
}

/** A value as it is read elsewhere, its thousands apart and its sign beside it; what is typed without them is taken as well. */
function inputText({ value, kind }: InputProps, currency: string): string {
  if (kind === "date" && typeof value === "string") return HAS_FINGERS ? value : day(value);
  return format(kind, value, language.value, currency);
}

// A finger picks a day in a calendar; a keyboard types `12 déc.`.
const HAS_FINGERS = matchMedia("(pointer: coarse)").matches;

function isText(kind: ValueKind): boolean {
  return kind === "text" || kind === "characteristic";
}

/** Of a text that was pasted with its ends of lines: such a field is one line, however many it takes to show. */
function inOneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}

function isNumber(kind: ValueKind): boolean {
  return isMoney(kind) || ["number", "percent", "quantity"].includes(kind);
}

function isMoney(kind: ValueKind): boolean {
  return kind === "money" || kind === "price";
}
