import { useRef, useState } from "preact/hooks";
import { Fault } from "../../design/Fault";
import { lineKey } from "../../order/cells";
import { quantityOf } from "../../order/totals";
import type { Write } from "../../sync/writing";
import { useSheet } from "../context";
import { useProduct } from "../hooks";
import { countedProduct } from "../product";
import { Value, valueBefore } from "../Value";
import { language, say, sayOr, shown } from "../words";
import { givenPoints, typedQuantity } from "./columns";

/** A scale in its cell: each point that carries a quantity, small, with what was there before. */
export function ScaleCells({ line, points }: { line: string; points: readonly string[] }) {
  const sheet = useSheet();
  const cells = points.map((point) => ({ point, cell: sheet.cell(line, "quantity", point) }));
  const given = cells.filter(({ cell }) => cell.value !== null || valueBefore(cell) !== null);
  return (
    <span class="scale">
      {(given.length > 0 ? given : cells).map(({ point, cell }) => (
        <span key={point} class="scale-point" data-cell={lineKey(line, "quantity", point)}>
          <span class="scale-name">{point}</span>
          <Value cell={cell} show={(value) => shown("quantity", value)} empty="·" />
        </span>
      ))}
    </span>
  );
}

/** The sum of a scale. */
export function QuantityTotal({ line, points }: { line: string; points: readonly string[] }) {
  const sheet = useSheet();
  for (const point of points) sheet.cell(line, "quantity", point);
  const { content } = sheet.document;
  const sum = quantityOf(content, line, givenPoints(content, line, lineProductOf(points)));
  return <span class="value">{shown("quantity", sum)}</span>;
}

function lineProductOf(points: readonly string[]) {
  return { code: "", name_fr: "", points };
}

/** A quantity for each point of a scale. Enter takes them, Escape leaves them. */
export function PointsEditor(props: {
  line: string;
  first: string;
  onDone: (move: "down" | "stay") => void;
}) {
  const sheet = useSheet();
  const product = useProduct(props.line);
  const points = product?.points ?? [];
  const keyOf = (point: string) => lineKey(props.line, "quantity", point);
  const form = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState<string | null>(null);
  const left = useRef(false);
  const leave = (move: "down" | "stay") => {
    left.current = true;
    props.onDone(move);
  };
  const take = (): boolean => {
    const writes: Write[] = [];
    const counted = countedProduct(sheet.document.content, props.line);
    for (const input of form.current?.querySelectorAll("input") ?? []) {
      if (input.value === input.defaultValue) continue;
      const result = typedQuantity(keyOf(input.name), counted, input.value, language.value);
      if ("fault" in result) {
        setFault(result.fault);
        input.focus();
        return false;
      }
      writes.push(...result.writes);
    }
    sheet.edit.setAll(writes);
    return true;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of its inputs
    <div
      ref={form}
      class="points-editor"
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") leave("stay");
        if (event.key === "Enter" && take()) leave("down");
        if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
      }}
      onFocusOut={(event) => {
        if (left.current || event.currentTarget.contains(event.relatedTarget as Node | null)) return;
        if (take()) leave("stay");
      }}
    >
      {points.map((point, at) => {
        const value = sheet.cell(props.line, "quantity", point).value;
        return (
          <label key={point} class="points-one">
            <span class="points-name">{point}</span>
            <input
              class="points-input"
              name={point}
              type="text"
              inputMode="decimal"
              autocomplete="off"
              disabled={!sheet.mayWrite(keyOf(point))}
              defaultValue={shown("quantity", value)}
              ref={(input) => startIn(at === 0 ? input : null, props.first)}
            />
          </label>
        );
      })}
      {fault && <Fault>{sayOr("fault", fault, say("fault.not_a_decimal"))}</Fault>}
    </div>
  );
}

function startIn(input: HTMLInputElement | null, first: string): void {
  if (!input || input.dataset.started) return;
  input.dataset.started = "yes";
  input.focus();
  if (first) input.value = first;
  else input.select();
}
