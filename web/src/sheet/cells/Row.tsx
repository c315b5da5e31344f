import type { ComponentChildren } from "preact";
import { row } from "../../grid/roles";
import { lineKey } from "../../order/cells";
import { effective } from "../../order/order";
import { lineAmount } from "../../order/totals";
import { useSheet } from "../context";
import { useCurrency, useDelivered, useDropped, useLineMark, useProduct } from "../hooks";
import { characteristicText, isMeasured, isScale, nameOf } from "../product";
import type { Sheet } from "../sheet";
import { countedWord, measureWord } from "../units";
import { Needed, Value } from "../Value";
import { day, language, money, say, shown } from "../words";
import { Cell } from "./Cell";
import { COLUMNS, type Column, deliveryOf, givenPoints, keysOf } from "./columns";
import type { GridState } from "./grid";
import { QuantityTotal, ScaleCells } from "./Scale";

interface RowProps {
  readonly line: string;
  readonly index: number;
  readonly grid: GridState;
}

/** One line of the grid. */
export function Row({ line, index, grid }: RowProps) {
  const dropped = useDropped(line);
  const mark = useLineMark(line);
  const classes = ["grid-row", dropped ? "is-dropped" : "", mark ? "is-marked" : ""]
    .filter(Boolean)
    .join(" ");
  return (
    <div class={classes} {...row(index + 2)} data-line={line} style={{ top: `calc(${index} * var(--row))` }}>
      {COLUMNS.map((column) => (
        <Cell key={column} line={line} index={index} column={column} grid={grid}>
          <Content column={column} line={line} index={index} />
        </Cell>
      ))}
    </div>
  );
}

function Content({ column, line, index }: { column: Column; line: string; index: number }) {
  switch (column) {
    case "line":
      return <span class="line-number">{index + 1}</span>;
    case "product":
      return (
        <ProductContent line={line}>
          <JobReference line={line} />
        </ProductContent>
      );
    case "size":
      return <SizeContent line={line} />;
    case "quantity":
      return <QuantityContent line={line} />;
    case "price":
      return <PriceContent line={line} />;
    case "delivery":
      return <DeliveryContent line={line} />;
    case "total":
      return <TotalContent line={line} />;
  }
}

/** What a line orders. `children` stand behind its code, as its characteristics. */
export function ProductContent({ line, children }: { line: string; children?: ComponentChildren }) {
  const product = useProduct(line);
  const delivered = useDelivered(line);
  const mark = useLineMark(line);
  if (!product || !delivered) return <span class="line-waiting">{say("line.waiting")}</span>;
  return (
    <span class="product">
      <span class="product-name">
        <span class="product-title">{nameOf(delivered, language.value)}</span>
        <Mark line={line} mark={mark} />
      </span>
      <span class="product-more">
        <span class="product-code">{delivered.code}</span>
        {delivered !== product && (
          <span>{say("line.instead_of", { product: nameOf(product, language.value) })}</span>
        )}
        <Traits line={line} />
        {children}
      </span>
    </span>
  );
}

/** Whether a line counts, and what happened to it since the reader signed. */
export function Mark({ line, mark }: { line: string; mark: string | undefined }) {
  const sheet = useSheet();
  if (sheet.cell(line, "rejected").value === true)
    return <span class="mark mark-rejected">{say("mark.rejected")}</span>;
  if (sheet.cell(line, "withdrawn").value === true) return <span class="mark">{say("mark.withdrawn")}</span>;
  if (mark !== "added" && mark !== "restored" && mark !== "product") return null;
  return <span class="mark mark-changed">{say(`mark.${mark}`)}</span>;
}

/** Its characteristics, in one line. */
export function Traits({ line }: { line: string }) {
  const sheet = useSheet();
  const product = useProduct(line);
  const told = (product?.characteristics ?? []).map((characteristic) => {
    const cell = sheet.cell(line, "characteristics", characteristic.key);
    const text = characteristicText(characteristic, cell.value, language.value);
    return { key: characteristic.key, cell, characteristic, text };
  });
  return (
    <>
      {told
        .filter(
          ({ text, cell, characteristic }) =>
            text || cell.changedFrom || (characteristic.required && isOpen(sheet)),
        )
        .map(({ key, cell, characteristic, text }) => (
          <span key={key} class="product-trait">
            {text || cell.changedFrom ? (
              <Value
                cell={cell}
                show={(value) => characteristicText(characteristic, value, language.value)}
              />
            ) : (
              <span class="value-needed">
                {say("missing.named", { name: nameOf(characteristic, language.value) })}
              </span>
            )}
          </span>
        ))}
    </>
  );
}

/** The job that a line is for. */
export function JobReference({ line }: { line: string }) {
  const reference = useSheet().cell(line, "job_reference").value;
  return typeof reference === "string" && reference ? (
    <span class="product-trait line-job">
      <bdi>{reference}</bdi>
    </span>
  ) : null;
}

export function SizeContent({ line }: { line: string }) {
  const sheet = useSheet();
  const product = useProduct(line);
  if (isScale(product)) return <ScaleCells line={line} points={product?.points ?? []} />;
  const dimensions = product?.dimensions ?? [];
  const cells = dimensions.map(({ key }) => ({ key, cell: sheet.cell(line, "dimensions", key) }));
  if (cells.every(({ cell }) => cell.value === null && !cell.changedFrom)) {
    return isMeasured(product) && isOpen(sheet) ? <Needed /> : null;
  }
  return (
    <span class="measures">
      {cells.map(({ key, cell }, at) => (
        <span key={key} class="measure" data-cell={lineKey(line, "dimensions", key)}>
          {at > 0 && <span class="measure-times">×</span>}
          <Value cell={cell} show={(value) => shown("dimension", value)} empty="?" />
          {at === cells.length - 1 && (
            <span class="measure-unit">{measureWord(product?.dimension_unit)}</span>
          )}
        </span>
      ))}
    </span>
  );
}

/** Whether terms are still being settled, so that what is missing is worth saying. */
function isOpen(sheet: Sheet): boolean {
  return sheet.state.value !== "agreed" && sheet.state.value !== "closed";
}

function QuantityContent({ line }: { line: string }) {
  return (
    <span class="pile">
      <QuantityValue line={line} />
      <Backorder line={line} />
    </span>
  );
}

export function QuantityValue({ line }: { line: string }) {
  const sheet = useSheet();
  const product = useProduct(line);
  const delivered = useDelivered(line);
  if (isScale(product)) return <QuantityTotal line={line} points={product?.points ?? []} />;
  const cell = sheet.cell(line, "quantity");
  const counted = cell.value === null ? "" : countedWord(delivered?.unit, cell.value);
  return (
    <span class="counted">
      <Value cell={cell} show={(value) => shown("quantity", value)} isNeeded={isOpen(sheet)} />
      {counted && <span class="counted-word"> {counted}</span>}
    </span>
  );
}

export function Backorder({ line }: { line: string }) {
  const sheet = useSheet();
  const product = useProduct(line);
  const points = isScale(product) ? (product?.points ?? []) : [];
  const whole = sheet.cell(line, "backorder_quantity");
  const date = sheet.cell(line, "backorder_date");
  const parts = points.map((point) => ({ point, cell: sheet.cell(line, "backorder_quantity", point) }));
  const given = parts.filter(({ cell }) => cell.value !== null);
  const changed = [whole, date, ...parts.map(({ cell }) => cell)].some((cell) => cell.changedFrom !== null);
  if (whole.value === null && date.value === null && given.length === 0) return null;
  const quantity = given.map(({ point, cell }) => `${point} ${shown("quantity", cell.value)}`).join(" ");
  return (
    <span class={changed ? "backorder is-changed" : "backorder"}>
      <span class="backorder-part">
        <abbr title={say("backorder.long")}>{say("backorder")}</abbr>{" "}
        {quantity || shown("quantity", whole.value)}
        {typeof date.value === "string" && " ·"}
      </span>
      {typeof date.value === "string" && <span class="backorder-part"> {day(date.value)}</span>}
      {changed && <span class="unseen">, {say("changed")}</span>}
    </span>
  );
}

export function PriceContent({ line }: { line: string }) {
  const sheet = useSheet();
  const discount = sheet.cell(line, "discount");
  const currency = useCurrency();
  return (
    <span class="pile">
      <Value
        cell={sheet.cell(line, "unit_price")}
        show={(value) => (value === null ? "" : breakable(money(String(value), currency)))}
        isNeeded={isOpen(sheet)}
      />
      {(discount.value !== null || discount.changedFrom) && (
        <span class="under">
          <Value
            cell={discount}
            show={(value) => (value === null ? "" : `−${shown("percent", value)}`)}
            empty="0"
          />
        </span>
      )}
    </span>
  );
}

export function DeliveryContent({ line }: { line: string }) {
  const sheet = useSheet();
  const asked = sheet.cell(line, "requested_date");
  const promised = sheet.cell(line, "promised_date");
  const [wish, offer] = [sheet.cell(null, "requested_date"), sheet.cell(null, "promised_date")];
  if (asked.value === null && promised.value === null && !asked.changedFrom && !promised.changedFrom) {
    const inherited = offer.value ?? wish.value ?? deliveryOf(sheet.document.content, line);
    return inherited ? <span class="inherited">{day(String(inherited))}</span> : null;
  }
  const differs = asked.value !== null && promised.value !== null && asked.value !== promised.value;
  const changedFrom = promised.changedFrom ?? asked.changedFrom;
  const cell = {
    asked: asked.value,
    offered: promised.value,
    value: promised.value ?? asked.value,
    differs,
    changedFrom,
  };
  return <Value cell={cell} show={(value) => (value === null ? "" : day(String(value)))} />;
}

export function TotalContent({ line }: { line: string }) {
  const sheet = useSheet();
  const product = useProduct(line);
  const { content } = sheet.document;
  for (const key of keysOf("quantity", line, product, sheet.side.value)) {
    sheet.document.cell(`client/${key}`).value;
    sheet.document.cell(`supplier/${key}`).value;
  }
  const price = sheet.cell(line, "unit_price").value;
  sheet.cell(line, "discount");
  useDropped(line);
  const currency = useCurrency();
  if (price === null || effective(content, lineKey(line, "product")) === null)
    return <span class="inherited">—</span>;
  return <>{breakable(money(lineAmount(content, line, givenPoints(content, line, product)), currency))}</>;
}

/** An amount whose line may end, where it is longer than its column, behind a group of three digits. */
function breakable(amount: string): string {
  return language.value === "fr"
    ? amount.replace(/[\u00a0\u202f](?=\d{3})/g, " ")
    : amount.replace(/,(?=\d{3})/g, ",\u200b");
}
