import { useEffect, useMemo, useState } from "preact/hooks";
import { asProblem } from "../api/problem";
import { lastSigned } from "../order/colour";
import { quantityOf } from "../order/totals";
import { givenPoints } from "./columns";
import { useSheet } from "./context";
import { useCurrency } from "./hooks";
import { anchorName, fieldName, lineName, valueName } from "./labels";
import { Modal } from "./Modal";
import { lineProduct, nameOf } from "./product";
import { command, history } from "./requests";
import {
  addressesOf,
  countOf,
  type Difference,
  isWhole,
  type LineDifferences,
  linesWithProduct,
  signedTotal,
} from "./review";
import { troubleText } from "./trouble";
import { language, moment, money, say, shown } from "./words";

export type ReviewMode = "review" | "send" | "accept";

interface ReviewProps {
  readonly mode: ReviewMode;
  readonly onClose: () => void;
}

/** What one is about to sign: every difference from what one signed last, the totals, and one clear sentence. */
export function Review({ mode, onClose }: ReviewProps) {
  const sheet = useSheet();
  const { standing } = sheet;
  const [seen, setSeen] = useState(standing.value.digest);
  const [atOpening] = useState(() => new Set(standing.value.review.flatMap(keysIn)));
  const [trouble, setTrouble] = useState("");
  const [working, setWorking] = useState(false);
  const isStale = seen !== standing.value.digest;
  const authors = useAuthors();
  const sign = async () => {
    setWorking(true);
    setTrouble("");
    try {
      await command(sheet.connection.orderId, mode === "accept" ? "accept" : "send", { digest: seen });
      onClose();
    } catch (cause) {
      if (asProblem(cause).code !== "stale_digest") setTrouble(troubleText(cause, sheet.document.content));
      setWorking(false);
    }
  };
  return (
    <Modal
      title={say(`review.title.${mode}`)}
      large
      onClose={onClose}
      footer={
        mode !== "review" && (
          <SignFooter
            mode={mode}
            isStale={isStale}
            working={working}
            onSign={sign}
            onReread={() => setSeen(standing.value.digest)}
          />
        )
      }
    >
      {isStale && (
        <p class="notice danger" role="alert">
          {say("review.stale")}
        </p>
      )}
      {trouble && (
        <p class="notice danger" role="alert">
          {trouble}
        </p>
      )}
      {standing.value.signed ? (
        <Differences authors={authors} isNew={(key) => !atOpening.has(key)} />
      ) : (
        <Summary />
      )}
      <TotalChange />
      {mode !== "review" && <Sentence mode={mode} />}
    </Modal>
  );
}

interface SignFooterProps {
  readonly mode: "send" | "accept";
  readonly isStale: boolean;
  readonly working: boolean;
  readonly onSign: () => void;
  readonly onReread: () => void;
}

function SignFooter({ mode, isStale, working, onSign, onReread }: SignFooterProps) {
  const sheet = useSheet();
  const { saved } = sheet.connection;
  const currency = useCurrency();
  const total = money(sheet.standing.value.totals.total, currency);
  const hint =
    saved.value === "offline" ? say("review.offline") : saved.value === "saving" ? say("review.unsaved") : "";
  return (
    <>
      <span class="quiet small review-hint" role="status">
        {working ? say("review.working") : hint}
      </span>
      {isStale ? (
        <button type="button" class="button" onClick={onReread}>
          {say("review.reread")}
        </button>
      ) : (
        <button
          type="button"
          class="button primary"
          data-action="sign"
          disabled={working || saved.value !== "saved"}
          onClick={onSign}
        >
          {mode === "accept" ? say("review.accept", { total }) : say("review.send")}
        </button>
      )}
    </>
  );
}

function Sentence({ mode }: { mode: "send" | "accept" }) {
  const sheet = useSheet();
  const { totals, changeCount, signed } = sheet.standing.value;
  const total = money(totals.total, useCurrency());
  const act = mode === "accept" ? "accepting" : "sending";
  const isWholeOrder = !signed || changeCount === 0;
  return (
    <p class="review-sentence">
      {isWholeOrder
        ? say(`review.${act}.none`, { total })
        : say(`review.${act}`, { count: changeCount, total })}
    </p>
  );
}

/** Who last touched each address, as far as the newest page of the history tells. */
function useAuthors(): ReadonlyMap<string, string> {
  const sheet = useSheet();
  const { digest } = sheet.standing.value;
  const [authors, setAuthors] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    history(sheet.connection.orderId, null).then(
      ({ items }) => {
        const told = [...items].sort((a, b) => a.at.localeCompare(b.at));
        setAuthors(
          new Map(
            told.map((entry) => [entry.cell, `${entry.name ?? say("history.system")}, ${moment(entry.at)}`]),
          ),
        );
      },
      () => setAuthors(new Map()),
    );
  }, [sheet, digest]);
  return authors;
}

function Differences({
  authors,
  isNew,
}: {
  authors: ReadonlyMap<string, string>;
  isNew: (key: string) => boolean;
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
  isNew: (key: string) => boolean;
}) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const { line, mark } = group;
  const name = line === null ? say("review.order") : nameOfLine(content, line, signedName(sheet, line));
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
              isNew={isNew(difference.key)}
            />
          ))}
        </ul>
      )}
      {typeof reason === "string" && reason && <p class="quiet small">{say("bar.reason", { reason })}</p>}
    </li>
  );
}

/** A line that is gone has only the name that was signed. */
function signedName(sheet: ReturnType<typeof useSheet>, line: string): string {
  const facts = lastSigned(sheet.document.content, sheet.side.value)?.products[line];
  return facts ? nameOf({ name_fr: facts.name_fr ?? "", name_en: facts.name_en ?? "" }, language.value) : "";
}

function nameOfLine(content: Parameters<typeof lineName>[0], line: string, signed: string): string {
  return lineProduct(content, line) ? lineName(content, line) : signed || lineName(content, line);
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
  const told = (value: unknown) => valueName(content, key, value) || say("cell.empty");
  return (
    <li class={isNew ? "difference is-new" : "difference"}>
      <span class="difference-name">{onlyAsked ? say("cell.asked", { value: name }) : name}</span>
      <span class="difference-values">
        <s class="value-before">{told(before)}</s>
        <span aria-hidden="true" class="value-arrow">
          →
        </span>
        <strong class="difference-after">{told(after)}</strong>
      </span>
      <span class="difference-who quiet small">{isNew ? say("review.just_now") : author}</span>
    </li>
  );
}

/** The first signature covers everything: every line with its quantity and amount. */
function Summary() {
  const sheet = useSheet();
  const lines = linesWithProduct(sheet.document.content);
  return (
    <>
      <p class="quiet">{say("review.first")}</p>
      <ol class="review">
        {lines.map((line) => (
          <li key={line} class="review-group">
            <h3 class="review-line">{anchorName(sheet.document.content, `lines/${line}`)}</h3>
            <LineSummary line={line} />
          </li>
        ))}
      </ol>
    </>
  );
}

function LineSummary({ line }: { line: string }) {
  const sheet = useSheet();
  const { content } = sheet.document;
  const currency = useCurrency();
  const quantity = quantityOf(content, line, givenPoints(content, line, lineProduct(content, line)));
  const price = content.supplier.get(`lines/${line}/unit_price`);
  const amount = sheet.standing.value.totals.lines.get(line) ?? "0.00";
  return (
    <p class="line-summary">
      <span>
        {shown("quantity", quantity)} × {typeof price === "string" ? money(price, currency) : "—"}
      </span>
      <span class="figure">{money(amount, currency)}</span>
    </p>
  );
}

function TotalChange() {
  const sheet = useSheet();
  const currency = useCurrency();
  const { totals, signed, digest } = sheet.standing.value;
  const before = useMemo(() => {
    const terms = signed ? lastSigned(sheet.document.content, sheet.side.value) : null;
    return terms && signedTotal(terms, sheet.document.content);
  }, [sheet, signed, digest]);
  const after = totals.total;
  return (
    <p class="review-total">
      <span>{say("review.total")}</span>
      <span class="difference-values">
        {before !== null && before !== after && (
          <>
            <s class="value-before">{money(before, currency)}</s>
            <span aria-hidden="true" class="value-arrow">
              →
            </span>
          </>
        )}
        <strong>{money(after, currency)}</strong>
      </span>
    </p>
  );
}

function keysIn(group: LineDifferences): string[] {
  return group.differences.map(({ key }) => key);
}
