import { lastSigned } from "../../order/colour";
import { effective } from "../../order/order";
import {
  Backorder,
  DeliveryContent,
  JobReference,
  Mark,
  QuantityValue,
  SizeContent,
  Traits,
} from "../cells/Row";
import { useSheet } from "../context";
import { useCurrency, useDropped } from "../hooks";
import { fieldName, keysName, lineName, valueName } from "../labels";
import { lineProduct, nameOf, substituteProduct } from "../product";
import type { Sheet } from "../sheet";
import { BeforeAfter } from "../Value";
import { language, money, say, shown } from "../words";
import {
  addressesOf,
  backAsSigned,
  countOf,
  type Difference,
  isWhole,
  type LineDifferences,
  linesWithProduct,
  type News,
} from "./review";

/** What a signature would cover that one's last one did not; what came while one was reading is marked. */
export function Differences({ authors, news }: { authors: ReadonlyMap<string, string>; news: News }) {
  const sheet = useSheet();
  const groups = sheet.standing.value.review;
  const back = backAsSigned(news, groups);
  return (
    <>
      {countOf(groups) === 0 && <p class="quiet">{say("review.nothing")}</p>}
      <ul class="review">
        {groups.map((group) => (
          <Group key={group.line ?? ""} group={group} authors={authors} news={news} />
        ))}
      </ul>
      {back.length > 0 && (
        <p class="difference is-new">
          {say("review.back", { cells: keysName(sheet.document.content, back, sheet.lines.value) })}
        </p>
      )}
    </>
  );
}

interface GroupProps {
  readonly group: LineDifferences;
  readonly authors: ReadonlyMap<string, string>;
  readonly news: News;
}

function Group({ group, authors, news }: GroupProps) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const { line, mark } = group;
  const name = line === null ? say("review.order") : nameOfLine(sheet, line);
  const reason = line === null ? null : content.supplier.get(`lines/${line}/reason`);
  const isNew = line !== null && isWhole(mark ?? undefined) && news.lines.has(line);
  return (
    <li class={isNew ? "review-group is-new" : "review-group"}>
      <h3 class="review-line">
        {name}
        {line !== null && mark && isWhole(mark) && (
          <span class="mark mark-changed">{say(`mark.${mark}`)}</span>
        )}
        {isNew && <JustNow />}
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
              isNew={news.keys.has(difference.key)}
            />
          ))}
        </ul>
      )}
      {typeof reason === "string" && reason && <p class="quiet small">{say("bar.reason", { reason })}</p>}
    </li>
  );
}

/** Of what came while one was reading. */
function JustNow() {
  return <span class="just-now quiet small">{say("review.just_now")}</span>;
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

const SAYS = { client: "asked", supplier: "offered" } as const;

/** Where only what is asked changed, the offer that stands is told beside it: that is what one signs. */
function One({ difference, line, authors, isNew }: OneProps) {
  const { content } = useSheet().document;
  const { key, noun, point, before, after, only } = difference;
  const name = fieldName(content, { noun, line, point });
  const author = addressesOf(key)
    .map((address) => authors.get(address))
    .filter(Boolean)
    .at(-1);
  const told = (value: unknown) => valueName(content, key, value);
  return (
    <li class={isNew ? "difference is-new" : "difference"}>
      <span class="difference-name">{only ? say(`cell.${SAYS[only]}`, { value: name }) : name}</span>
      <span>
        <BeforeAfter before={told(before)} after={told(after)} loud />
        {only === "client" && (
          <span class="quiet small"> {say("cell.offered", { value: told(effective(content, key)) })}</span>
        )}
      </span>
      <span class="difference-who quiet small">{isNew ? <JustNow /> : author}</span>
    </li>
  );
}

/**
 * The first signature covers everything: every line with its quantity and amount, and, where the companies say different
 * things, both. Nothing is coloured, for nothing was signed that it could differ from.
 */
export function Summary({ news }: { news: News }) {
  const sheet = useSheet();
  const lines = linesWithProduct(sheet.document.content, sheet.lines.value);
  return (
    <>
      <p class="quiet">{say("review.first")}</p>
      <OrderSummary news={news} />
      <ol class="review">
        {lines.map((line) => (
          <SignedLine key={line} line={line} isNew={news.lines.has(line)} />
        ))}
        {[...news.gone].map(([line, { name_fr = "", name_en = "" }]) => (
          <li key={line} class="review-group is-dropped is-new">
            <h3 class="review-line">
              <span class="review-name">{nameOf({ name_fr, name_en }, language.value)}</span>
              <span class="mark">{say("mark.removed")}</span>
              <JustNow />
            </h3>
          </li>
        ))}
      </ol>
    </>
  );
}

/** One line of a first signature; what was withdrawn or refused is struck, and is signed so. */
function SignedLine({ line, isNew }: { line: string; isNew: boolean }) {
  const sheet = useSheet();
  const isDropped = useDropped(line);
  return (
    <li class={`review-group${isDropped ? " is-dropped" : ""}${isNew ? " is-new" : ""}`}>
      <h3 class="review-line">
        <span class="review-name">{lineName(sheet.document.content, line, sheet.lines.value)}</span>
        <Mark line={line} mark={undefined} />
        {isNew && <JustNow />}
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
function OrderSummary({ news }: { news: News }) {
  const sheet = useSheet();
  const given = ORDER_TERMS.filter((noun) => sheet.cell(null, noun).value !== null);
  return (
    <dl class="order-summary">
      {given.map((noun) => (
        <div key={noun} class={news.keys.has(noun) ? "is-new" : undefined}>
          <dt class="quiet">{fieldName(sheet.document.content, { noun, line: null, point: null })}</dt>
          <dd>
            {valueName(sheet.document.content, noun, sheet.cell(null, noun).value)}
            {news.keys.has(noun) && <JustNow />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function LineSummary({ line }: { line: string }) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const currency = useCurrency();
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
          <JobReference line={line} />
        </span>
      </span>
      <span class="line-summary-when quiet">
        <DeliveryContent line={line} />
        <Backorder line={line} />
      </span>
      <span class="line-summary-each figure">
        <QuantityValue line={line} /> × {typeof price === "string" ? money(price, currency) : "—"}
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
