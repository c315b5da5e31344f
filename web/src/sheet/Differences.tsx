import { lastSigned } from "../order/colour";
import { quantityOf } from "../order/totals";
import { givenPoints } from "./columns";
import { useSheet } from "./context";
import { useCurrency, useDropped } from "./hooks";
import { fieldName, lineName, valueName } from "./labels";
import { deliveredProduct, lineProduct, nameOf, substituteProduct } from "./product";
import { Backorder, DeliveryContent, Mark, SizeContent, Traits } from "./Row";
import {
  addressesOf,
  countOf,
  type Difference,
  isWhole,
  type LineDifferences,
  linesWithProduct,
} from "./review";
import type { Sheet } from "./sheet";
import { countedWord } from "./units";
import { BeforeAfter } from "./Value";
import { language, money, say, shown } from "./words";

export function Differences({
  authors,
  isNew,
}: {
  authors: ReadonlyMap<string, string>;
  isNew: (difference: Difference) => boolean;
}) {
  const groups = useSheet().standing.value.review;
  if (countOf(groups) === 0) return <p class="quiet">{say("review.nothing")}</p>;
  return (
    <ul class="review">
      {groups.map((group) => (
        <Group key={group.line ?? ""} group={group} authors={authors} isNew={isNew} />
      ))}
    </ul>
  );
}

function Group({
  group,
  authors,
  isNew,
}: {
  group: LineDifferences;
  authors: ReadonlyMap<string, string>;
  isNew: (difference: Difference) => boolean;
}) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const { line, mark } = group;
  const name = line === null ? say("review.order") : nameOfLine(sheet, line);
  const reason = line === null ? null : content.supplier.get(`lines/${line}/reason`);
  return (
    <li class="review-group">
      <h3 class="review-line">
        {name}
        {line !== null && mark && isWhole(mark) && (
          <span class="mark mark-changed">{say(`mark.${mark}`)}</span>
        )}
      </h3>
      {line !== null && mark === "added" && <LineSummary line={line} />}
      {group.differences.length > 0 && (
        <ul class="review-differences">
          {group.differences.map((difference) => (
            <One
              key={difference.key}
              difference={difference}
              line={line}
              authors={authors}
              isNew={isNew(difference)}
            />
          ))}
        </ul>
      )}
      {typeof reason === "string" && reason && <p class="quiet small">{say("bar.reason", { reason })}</p>}
    </li>
  );
}

/** A line that is gone has only the name that was signed. */
function signedName(sheet: Sheet, line: string): string {
  const facts = lastSigned(sheet.document.content, sheet.side.value)?.products[line];
  return facts ? nameOf({ name_fr: facts.name_fr ?? "", name_en: facts.name_en ?? "" }, language.value) : "";
}

function nameOfLine(sheet: Sheet, line: string): string {
  const { content } = sheet.document;
  const known = lineName(content, line, sheet.lines.value);
  return lineProduct(content, line) ? known : signedName(sheet, line) || known;
}

interface OneProps {
  readonly difference: Difference;
  readonly line: string | null;
  readonly authors: ReadonlyMap<string, string>;
  readonly isNew: boolean;
}

function One({ difference, line, authors, isNew }: OneProps) {
  const { content } = useSheet().document;
  const { key, noun, point, before, after, onlyAsked } = difference;
  const name = fieldName(content, { noun, line, point });
  const author = addressesOf(key)
    .map((address) => authors.get(address))
    .filter(Boolean)
    .at(-1);
  const told = (value: unknown) => valueName(content, key, value);
  return (
    <li class={isNew ? "difference is-new" : "difference"}>
      <span class="difference-name">{onlyAsked ? say("cell.asked", { value: name }) : name}</span>
      <BeforeAfter before={told(before)} after={told(after)} loud />
      <span class="difference-who quiet small">{isNew ? say("review.just_now") : author}</span>
    </li>
  );
}

/** The first signature covers everything: every line with its quantity and amount. */
export function Summary() {
  const sheet = useSheet();
  const lines = linesWithProduct(sheet.document.content, sheet.lines.value);
  return (
    <>
      <p class="quiet">{say("review.first")}</p>
      <OrderSummary />
      <ol class="review">
        {lines.map((line) => (
          <SignedLine key={line} line={line} />
        ))}
      </ol>
    </>
  );
}

/** One line of a first signature; what was withdrawn or refused is struck, and is signed so. */
function SignedLine({ line }: { line: string }) {
  const sheet = useSheet();
  const isDropped = useDropped(line);
  return (
    <li class={isDropped ? "review-group is-dropped" : "review-group"}>
      <h3 class="review-line">
        <span class="review-name">{lineName(sheet.document.content, line, sheet.lines.value)}</span>
        <Mark line={line} mark={undefined} />
      </h3>
      <LineSummary line={line} />
    </li>
  );
}

const ORDER_TERMS = [
  "delivery_address",
  "requested_date",
  "promised_date",
  "payment_terms",
  "freight",
  "valid_until",
  "partial_delivery",
];

/** The terms of the order as a whole that are given. */
function OrderSummary() {
  const sheet = useSheet();
  const given = ORDER_TERMS.filter((noun) => sheet.cell(null, noun).value !== null);
  return (
    <dl class="order-summary">
      {given.map((noun) => (
        <div key={noun}>
          <dt class="quiet">{fieldName(sheet.document.content, { noun, line: null, point: null })}</dt>
          <dd>{valueName(sheet.document.content, noun, sheet.cell(null, noun).value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function LineSummary({ line }: { line: string }) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const currency = useCurrency();
  const quantity = quantityOf(content, line, givenPoints(content, line, lineProduct(content, line)));
  const price = content.supplier.get(`lines/${line}/unit_price`);
  const discount = sheet.cell(line, "discount").value;
  const amount = sheet.standing.value.totals.lines.get(line) ?? "0.00";
  return (
    <p class="line-summary">
      <span class="line-summary-what">
        <Instead line={line} />
        <SizeContent line={line} />
        <span class="quiet small">
          <Traits line={line} />
        </span>
      </span>
      <span class="line-summary-when quiet">
        <DeliveryContent line={line} />
        <Backorder line={line} />
      </span>
      <span class="line-summary-each figure">
        {[shown("quantity", quantity), countedWord(deliveredProduct(content, line)?.unit, quantity)]
          .join(" ")
          .trim()}{" "}
        × {typeof price === "string" ? money(price, currency) : "—"}
        {discount !== null && ` −${shown("percent", discount)}`}
      </span>
      <span class="line-summary-amount figure">{money(amount, currency)}</span>
    </p>
  );
}

/** The product that the supplier offers on a line in the place of the one that was asked. */
function Instead({ line }: { line: string }) {
  const { content } = useSheet().document;
  const [product, substitute] = [lineProduct(content, line), substituteProduct(content, line)];
  if (!product || !substitute) return null;
  return (
    <span>
      {nameOf(substitute, language.value)}{" "}
      <span class="quiet small">{say("line.instead_of", { product: nameOf(product, language.value) })}</span>
    </span>
  );
}
