import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../../design/icons";
import { Menu } from "../../design/Menu";
import { useRefuge } from "../../grid/focus";
import { useIsNarrow } from "../../grid/narrow";
import { other } from "../../order/order";
import { useSheet } from "../context";
import { ReasonDialog, ReviewDialog } from "../parts";
import { command } from "../requests";
import { momentIn, say } from "../words";
import { type Act, actionsOf, type Signing, signingOf } from "./actions";
import type { ReviewMode } from "./ReviewDialog";
import { TotalsTable } from "./Totals";
import { troubleText } from "./trouble";

/** The foot of the sheet: what it amounts to, where one stands, and what one can do. */
export function ActionBar({
  about,
  onMissing,
}: {
  about: ComponentChildren;
  onMissing: (key: string) => void;
}) {
  const sheet = useSheet();
  const [reviewing, setReviewing] = useState<ReviewMode | null>(null);
  const [asking, setAsking] = useState<Act | null>(null);
  const [trouble, setTrouble] = useState("");
  const standing = useRef<HTMLParagraphElement>(null);
  const refuge = useRefuge(standing);
  const { main, answers, others } = actionsOf(sheet);
  // A phone has room for one button beside the main one; without a main one there is nothing but the answers.
  const isFolded = useIsNarrow() && main !== null;
  const { changeCount, signed } = sheet.standing.value;
  const amend = async () => {
    setTrouble("");
    await command(sheet.connection.orderId, "amend", {}).catch((cause: unknown) =>
      setTrouble(troubleText(cause, sheet)),
    );
  };
  return (
    <footer class="action-bar" {...refuge}>
      {about}
      <div class="actions">
        <p ref={standing} class="actions-text" tabIndex={-1}>
          <Standing />
          <Missing onMissing={onMissing} />
          {trouble && (
            <span class="fault" role="alert">
              {trouble}
            </span>
          )}
        </p>
        <TotalsTable />
        <div class="actions-buttons">
          <Others acts={isFolded ? [...answers, ...others] : others} onAct={setAsking} />
          {signed && changeCount > 0 && (
            <button type="button" class="button" data-action="review" onClick={() => setReviewing("review")}>
              {say("act.review")}
            </button>
          )}
          {!isFolded &&
            answers.map((act) => (
              <button key={act} type="button" class="button" data-action={act} onClick={() => setAsking(act)}>
                {say(`act.${act}`)}
              </button>
            ))}
          {main === "amend" && (
            <button type="button" class="button" data-action="amend" onClick={amend}>
              {say("act.amend")}
            </button>
          )}
          {main && main !== "amend" && !sheet.pendingSignature() && (
            <button
              type="button"
              // The other company is still writing: to sign meanwhile is possible, and not what one is asked to do.
              class={main === "approve" ? "button" : "button primary"}
              data-action={main}
              disabled={sheet.lines.value.length === 0}
              onClick={() => setReviewing(main)}
            >
              {signingWord(main, changeCount)}
            </button>
          )}
        </div>
      </div>
      {reviewing && <ReviewDialog mode={reviewing} onClose={() => setReviewing(null)} />}
      {asking && <ReasonDialog act={asking} onClose={() => setAsking(null)} />}
    </footer>
  );
}

function signingWord(signing: Signing, changeCount: number): string {
  if (signing !== "approve") return say(`act.${signing}`);
  return changeCount > 0 ? say("act.approve", { count: changeCount }) : say("act.approve.whole");
}

/** What nobody can sign without, and the way to the first of it. */
function Missing({ onMissing }: { onMissing: (key: string) => void }) {
  const sheet = useSheet();
  const { missing } = sheet.standing.value;
  const [first] = missing;
  if (!first || sheet.state.value === "agreed" || sheet.state.value === "closed") return null;
  return (
    <span class="actions-missing">
      {say("missing.count", { count: missing.length })}{" "}
      <button type="button" class="link" onClick={() => onMissing(first)}>
        {say("missing.show")}
      </button>
    </span>
  );
}

/** What is rarely done stays behind one button. */
function Others({ acts, onAct }: { acts: readonly Act[]; onAct: (act: Act) => void }) {
  if (acts.length === 0) return null;
  return (
    <Menu up label={say("act.more")} class="button icon" trigger={<Icon name="more" />}>
      {(close) =>
        acts.map((act) => (
          <button
            key={act}
            type="button"
            role="menuitem"
            data-action={act}
            onClick={() => {
              close();
              onAct(act);
            }}
          >
            {say(`act.${act}`)}
          </button>
        ))
      }
    </Menu>
  );
}

function Standing() {
  const sheet = useSheet();
  const { status, changeCount, signed } = sheet.standing.value;
  const signing = signingOf(sheet);
  if (status === "closed") return <Closing />;
  const cancelling = sheet.record(`cancelling/${other(sheet.side.value)}`) as
    | { name?: string; reason?: string }
    | undefined;
  if (cancelling) {
    return (
      <>
        {say("bar.cancelling.theirs", { name: cancelling.name ?? "" })}{" "}
        {cancelling.reason && say("bar.reason", { reason: cancelling.reason })}
      </>
    );
  }
  if (sheet.record(`cancelling/${sheet.side.value}`)) return <>{say("bar.cancelling.mine")}</>;
  if (status === "draft") return <>{say(sheet.lines.value.length === 0 ? "bar.draft_empty" : "bar.draft")}</>;
  if (status === "agreed") return <>{say("bar.agreed")}</>;
  if (signed && changeCount > 0) return <Changes signing={signing} />;
  if (status === "amending") {
    const agreed = sheet.record("agreed") as { revision?: number } | undefined;
    return <>{say("bar.amending", { revision: String(agreed?.revision ?? 1) })}</>;
  }
  if (signed) return <>{say(`bar.waiting.${other(sheet.side.value)}`)}</>;
  return <>{say(signing === "approve" ? `bar.writing.${other(sheet.side.value)}` : "bar.first")}</>;
}

/** How many changes one has not signed, and whose move they are. */
function Changes({ signing }: { signing: Signing | null }) {
  const sheet = useSheet();
  const { changeCount, hasTheirs } = sheet.standing.value;
  const unsent = `bar.unsent.${other(sheet.side.value)}` as const;
  const isOwn = signing === "send" && !hasTheirs;
  const word = signing === "approve" ? unsent : isOwn ? "bar.to_send" : "bar.changes";
  return <span class="actions-changed">{say(word, { count: changeCount })}</span>;
}

function Closing() {
  const closing = (useSheet().record("closing") ?? {}) as Readonly<Record<string, string>>;
  const kind = closing.kind ?? "cancelled";
  return (
    <>
      {say(`bar.closed.${kind}` as "bar.closed.cancelled", {
        name: closing.name ?? "",
        when: momentIn("at", closing.at ?? ""),
      })}{" "}
      {closing.reason && say("bar.reason", { reason: closing.reason })}
    </>
  );
}
