import { useMemo, useState } from "preact/hooks";
import { asProblem } from "../../api/problem";
import { lastSigned } from "../../order/colour";
import { digest } from "../../order/digest";
import { currencyOf, other } from "../../order/order";
import { useAuthors } from "../authors";
import { useSheet } from "../context";
import { useCurrency } from "../hooks";
import { keysName } from "../labels";
import { Modal } from "../Modal";
import { command } from "../requests";
import type { Sheet } from "../sheet";
import { BeforeAfter } from "../Value";
import { money, say } from "../words";
import { commandOf, type Signing } from "./actions";
import { Differences, Summary } from "./Differences";
import { newsOf, signedTotal } from "./review";
import { TotalParts } from "./Totals";
import { troubleText } from "./trouble";

export type ReviewMode = "review" | Signing;

interface ReviewProps {
  readonly mode: ReviewMode;
  readonly onClose: () => void;
}

/** What one is about to sign: every difference from what one signed last, the totals, and one clear sentence. */
export function ReviewDialog({ mode, onClose }: ReviewProps) {
  const sheet = useSheet();
  const { standing } = sheet;
  const { terms, signed, missing } = standing.value;
  const [read, setRead] = useState(terms);
  const news = useMemo(() => newsOf(read, terms), [read, terms]);
  const [trouble, setTrouble] = useState("");
  const [working, setWorking] = useState(false);
  const isStale = mode !== "review" && read !== terms;
  const authors = useAuthors();
  const sign = async () => {
    if (mode === "review") return;
    setWorking(true);
    setTrouble("");
    try {
      if (sheet.connection.saved.value === "offline") {
        if (await signLater(sheet, commandOf(mode), read)) onClose();
        else setTrouble(say("pending.unkept"));
        setWorking(false);
        return;
      }
      await command(sheet.connection.orderId, commandOf(mode), { digest: digest(read) });
      onClose();
    } catch (cause) {
      if (asProblem(cause).code !== "stale_digest") setTrouble(troubleText(cause, sheet));
      setWorking(false);
    }
  };
  return (
    <Modal
      title={say(`review.title.${mode === "approve" && isWhole(sheet) ? "accept" : mode}`)}
      large
      onClose={onClose}
      footer={
        mode !== "review" && (
          <SignFooter
            mode={mode}
            isStale={isStale}
            working={working}
            onSign={sign}
            onReread={() => setRead(terms)}
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
      {signed ? <Differences authors={authors} news={news} /> : <Summary news={news} />}
      <TotalChange />
      {mode !== "review" && <Sentence mode={mode} />}
    </Modal>
  );
}

/** Whether one signs the whole of the order, and not some changes since what one signed last. */
function isWhole(sheet: Sheet): boolean {
  const { signed, changeCount } = sheet.standing.value;
  return !signed || changeCount === 0;
}

/** Away from the network the signature is kept with the terms that were read, and sent on return. */
async function signLater(sheet: Sheet, mode: "send" | "accept", terms: string): Promise<boolean> {
  const total = money(sheet.standing.value.totals.total, currencyOf(sheet.document.content));
  const signature = { mode, digest: digest(terms), total, terms, at: Date.now() };
  return (await sheet.visit?.signing.sign(signature)) ?? false;
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
  const { totals, changeCount, hasTheirs } = sheet.standing.value;
  const values = { count: changeCount, total: money(totals.total, useCurrency()) };
  const act = mode === "send" ? "sending" : "accepting";
  const word = isWhole(sheet)
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
  const { totals, signed, terms: standing } = sheet.standing.value;
  const before = useMemo(() => {
    const terms = signed ? lastSigned(sheet.document.content, sheet.side.value) : null;
    return terms && signedTotal(terms, sheet.document.content);
  }, [sheet, signed, standing]);
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
