import { useMemo, useState } from "preact/hooks";
import { asProblem } from "../api/problem";
import { lastSigned } from "../order/colour";
import { other } from "../order/order";
import { canonicalJson, termsOf } from "../order/terms";
import { commandOf, type Signing } from "./actions";
import { useAuthors } from "./authors";
import { useSheet } from "./context";
import { Differences, Summary } from "./Differences";
import { useCurrency } from "./hooks";
import { keysName } from "./labels";
import { Modal } from "./Modal";
import { command } from "./requests";
import { type Difference, type LineDifferences, signedTotal } from "./review";
import type { Sheet } from "./sheet";
import { TotalParts } from "./Totals";
import { troubleText } from "./trouble";
import { BeforeAfter } from "./Value";
import { money, say } from "./words";

export type ReviewMode = "review" | Signing;

interface ReviewProps {
  readonly mode: ReviewMode;
  readonly onClose: () => void;
}

/** What one is about to sign: every difference from what one signed last, the totals, and one clear sentence. */
export function Review({ mode, onClose }: ReviewProps) {
  const sheet = useSheet();
  const { standing } = sheet;
  const [seen, setSeen] = useState(standing.value.digest);
  const [atOpening] = useState(() => new Set(standing.value.review.flatMap(seenIn)));
  const [trouble, setTrouble] = useState("");
  const [working, setWorking] = useState(false);
  const isStale = seen !== standing.value.digest;
  const authors = useAuthors();
  const { missing } = standing.value;
  const sign = async () => {
    if (mode === "review") return;
    setWorking(true);
    setTrouble("");
    try {
      if (sheet.connection.saved.value === "offline") {
        if (await signLater(sheet, commandOf(mode), seen)) onClose();
        else setTrouble(say("pending.unkept"));
        setWorking(false);
        return;
      }
      await command(sheet.connection.orderId, commandOf(mode), { digest: seen });
      onClose();
    } catch (cause) {
      if (asProblem(cause).code !== "stale_digest") setTrouble(troubleText(cause, sheet));
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
      {missing.length > 0 && mode !== "review" && (
        <p class="notice">
          {say("bar.missing", { cells: keysName(sheet.document.content, missing, sheet.lines.value) })}
        </p>
      )}
      {trouble && (
        <p class="notice danger" role="alert">
          {trouble}
        </p>
      )}
      {standing.value.signed ? (
        <Differences authors={authors} isNew={(difference) => !atOpening.has(asSeen(difference))} />
      ) : (
        <Summary />
      )}
      <TotalChange />
      {mode !== "review" && <Sentence mode={mode} />}
    </Modal>
  );
}

/** Away from the network the signature is kept with the digest that was seen, and sent on return. */
async function signLater(sheet: Sheet, mode: "send" | "accept", digest: string): Promise<boolean> {
  const currency = sheet.record("currency");
  const total = money(sheet.standing.value.totals.total, typeof currency === "string" ? currency : "CAD");
  const terms = canonicalJson(termsOf(sheet.document.content));
  return (await sheet.visit?.signing.sign({ mode, digest, total, terms, at: Date.now() })) ?? false;
}

interface SignFooterProps {
  readonly mode: Signing;
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
  // What was written before the order was born is being written into it: for a moment, not all of it is there.
  const isMoving = sheet.connection.owes.value;
  const hint = isMoving
    ? say("review.unsaved")
    : { offline: say("review.offline"), saving: say("review.unsaved"), saved: "" }[saved.value];
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
          disabled={
            working || isMoving || saved.value === "saving" || sheet.standing.value.missing.length > 0
          }
          onClick={onSign}
        >
          {mode === "send" ? say("review.send") : say("review.accept", { total })}
        </button>
      )}
    </>
  );
}

/** What the signature says and what follows from it, in full. */
function Sentence({ mode }: { mode: Signing }) {
  const sheet = useSheet();
  const { totals, changeCount, signed, hasTheirs } = sheet.standing.value;
  const values = { count: changeCount, total: money(totals.total, useCurrency()) };
  const act = mode === "send" ? "sending" : "accepting";
  const isWholeOrder = !signed || changeCount === 0;
  const word = isWholeOrder
    ? `review.${act}.none`
    : mode === "send" && hasTheirs
      ? "review.both"
      : `review.${act}`;
  return (
    <p class="review-sentence">
      {say(word as "review.both", values)}
      {mode === "approve" && ` ${say(`review.unsent.${other(sheet.side.value)}`)}`}
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
    <>
      <dl class="review-parts" aria-label={say("totals.label")}>
        <TotalParts />
      </dl>
      <p class="review-total">
        <span>{say("review.total")}</span>
        <BeforeAfter
          before={before === null || before === after ? "" : money(before, currency)}
          after={money(after, currency)}
        />
      </p>
    </>
  );
}

function seenIn(group: LineDifferences): string[] {
  return group.differences.map(asSeen);
}

/** A difference as it was read, so that the same cell with another value is new. */
function asSeen({ key, after }: Difference): string {
  return JSON.stringify([key, after]);
}
