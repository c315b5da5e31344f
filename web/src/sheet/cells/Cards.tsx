import { useRef } from "preact/hooks";
import { RobotMark } from "../../bots/Robot";
import { rowsToDraw, useRowWindow } from "../../grid/window";
import { useSheet } from "../context";
import { useDropped, useLineMark, useProduct } from "../hooks";
import { say } from "../words";
import { keysOf } from "./columns";
import type { GridState } from "./grid";
import { Rings } from "./Rings";
import {
  Backorder,
  DeliveryContent,
  JobReference,
  PriceContent,
  ProductContent,
  QuantityValue,
  SizeContent,
  TotalContent,
} from "./Row";

const CARD_HEIGHT = 140;

/** The lines on a narrow screen: a card each, which opens into the line's editor. */
export function Cards({ grid, onAdd }: { grid: GridState; onAdd: () => void }) {
  const sheet = useSheet();
  const lines = sheet.lines.value;
  const body = useRef<HTMLUListElement>(null);
  const shown = useRowWindow(body, CARD_HEIGHT, lines.length);
  return (
    <section class="cards" aria-label={say("grid.label")}>
      <ul ref={body} class="cards-body" style={{ height: `${lines.length * CARD_HEIGHT}px` }}>
        {rowsToDraw(shown, -1, lines.length).map((index) => {
          const line = lines[index] as string;
          return <Card key={line} line={line} index={index} count={lines.length} grid={grid} />;
        })}
      </ul>
      {sheet.mayWrite("lines/new/product") && (
        <button type="button" class="button wide" onClick={onAdd}>
          <span aria-hidden="true">+</span> {say("grid.add")}
        </button>
      )}
    </section>
  );
}

function Card(props: { line: string; index: number; count: number; grid: GridState }) {
  const { line, index, grid } = props;
  const sheet = useSheet();
  const product = useProduct(line);
  const dropped = useDropped(line);
  const marked = useLineMark(line) !== undefined;
  const isSized = product?.sizing === "scale" || product?.sizing === "dimensions";
  return (
    <li
      class={`line-card${dropped ? " is-dropped" : ""}${marked ? " is-marked" : ""}`}
      style={{ top: `${index * CARD_HEIGHT}px` }}
      aria-posinset={index + 1}
      aria-setsize={props.count}
      data-line={line}
    >
      <button
        type="button"
        class="line-card-open"
        onClick={() => {
          grid.panel.value = line;
        }}
      >
        <span class="unseen">{say("line.open", { number: index + 1 })}</span>
      </button>
      <span class="line-number">{index + 1}</span>
      <div class="line-card-main">
        <ProductContent line={line} />
        <span class="line-card-what">
          {isSized && <SizeContent line={line} />}
          <JobReference line={line} />
        </span>
        <div class="line-card-terms">
          <QuantityValue line={line} />
          <span class="line-card-times">×</span>
          <PriceContent line={line} />
          <span class="push strong figure">
            <TotalContent line={line} />
          </span>
        </div>
        <span class="line-card-date quiet small">
          <DeliveryContent line={line} />
          <Backorder line={line} />
          <RobotMark keys={keysOf("quantity", line, product, sheet.side.value)} />
        </span>
      </div>
      <Rings isThere={(cell) => cell.startsWith(`lines/${line}/`)} />
    </li>
  );
}
