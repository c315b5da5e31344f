import { useSection } from "../../app/section";
import { useTitle } from "../../app/title";
import { say as sayOfRobots } from "../../bots/words";
import { initials } from "../../design/Badge";
import { StateShape, Turn } from "../../design/Chip";
import { Icon } from "../../design/icons";
import type { Peer } from "../../sync/peers";
import { type AsideTab, titleOf, useAsideTabs } from "../beside/asideTabs";
import { useSheet } from "../context";
import { useCommentCount } from "../hooks";
import { say, sayOr } from "../words";

const ASIDE_SHAPES: Readonly<Record<AsideTab, string>> = {
  comments: "M2.5 3h11v8H7.5l-3 2.5V11h-2z",
  robots: "M3 5.5h10v7.25H3zM8 5.5V3M8 2.5v.01M5.9 8.5v.01M10.1 8.5v.01M6 10.75h4M1.25 8v2.25M14.75 8v2.25",
  history: "M2.75 8a5.25 5.25 0 1 1 1.6 3.75M2.75 4.5V8h3.5M8 5.25V8l2 1.25",
};

/** The top of the sheet: way back, number, where the order stands, who is here, and whether all is saved. */
export function Header({ aside, onAside }: { aside: AsideTab | null; onAside: (tab: AsideTab) => void }) {
  const sheet = useSheet();
  const number = sheet.record("number");
  const title = typeof number === "string" ? number : say("draft_number");
  const side = sheet.side.value;
  const tabs = useAsideTabs();
  const comments = useCommentCount();
  const list = side === "client" ? "/purchases" : "/orders";
  useSection(list);
  useTitle(title);
  return (
    <header class={tabs.includes("robots") ? "sheet-head has-robots" : "sheet-head"}>
      <div class="sheet-head-row">
        <a class="sheet-back" href={list} aria-label={say(side === "client" ? "back_purchases" : "back")}>
          <span aria-hidden="true">←</span>{" "}
          <span class="sheet-back-word">{say(side === "client" ? "back_purchases" : "back")}</span>
        </a>
        <h1 class="sheet-number">{title}</h1>
        <Chip />
        <div class="sheet-tools">
          <Presence />
          <AsideButton tab="comments" count={comments} isOn={aside === "comments"} onAside={onAside} />
          <AsideButton tab="history" count={0} isOn={aside === "history"} onAside={onAside} />
          {tabs.includes("robots") && (
            <AsideButton tab="robots" count={0} isOn={aside === "robots"} onAside={onAside} />
          )}
        </div>
        <Saved />
      </div>
    </header>
  );
}

function Chip() {
  const sheet = useSheet();
  const { status, turn } = sheet.standing.value;
  const pending = sheet.pendingSignature();
  if (pending) {
    return (
      <span class="chip-and-turn">
        <span class="chip pending" data-status="pending">
          <StateShape status="waiting" />
          {say(`pending.chip.${pending.mode}`)}
        </span>
      </span>
    );
  }
  const closing = sheet.record("closing") as { kind?: string } | undefined;
  const word =
    status === "closed" && closing?.kind ? sayOr("closing", closing.kind, say("status.closed")) : "";
  return (
    <span class="chip-and-turn">
      <span class={`chip ${status}`} data-status={status}>
        <StateShape status={status} />
        {word || say(`status.${status}`)}
      </span>
      <Turn turn={turn} side={sheet.side.value} />
    </span>
  );
}

function Presence() {
  const { peers } = useSheet().connection;
  const people = onePerPerson(peers.value);
  if (people.length === 0) return null;
  const unseen = people.slice(PEOPLE_SHOWN);
  return (
    <ul class="presence" aria-label={say("here")}>
      {people.slice(0, PEOPLE_SHOWN).map((peer) =>
        peer.bot ? (
          <li key={peer.id} class={`presence-one presence-robot peer-${peer.colour}`}>
            <Icon name="robot" size={14} />
            <span>{sayOfRobots("robot.named", { name: peer.name })}</span>
          </li>
        ) : (
          <li key={peer.id} class={`presence-one peer-${peer.colour}`} title={peer.name}>
            <span aria-hidden="true">{initials(peer.name)}</span>
            <span class="unseen">{peer.name}</span>
          </li>
        ),
      )}
      {unseen.length > 0 && (
        <li class="presence-one presence-more" title={unseen.map(({ name }) => name).join(", ")}>
          <span aria-hidden="true">+{unseen.length}</span>
          <span class="unseen">{say("here.more", { count: unseen.length })}</span>
        </li>
      )}
    </ul>
  );
}

const PEOPLE_SHOWN = 4;

/** A person with two windows is one; one's own other windows are oneself. */
function onePerPerson(peers: readonly Peer[]): Peer[] {
  const others = peers.filter((peer) => peer.name && !peer.isSelf);
  return [...new Map(others.map((peer) => [peer.id, peer])).values()];
}

function Saved() {
  const { saved } = useSheet().connection;
  const word = say(`saved.${saved.value}`);
  return (
    <span class={`saved saved-${saved.value}`} data-saved={saved.value} role="status" title={word}>
      <span class="saved-dot" aria-hidden="true">
        {saved.value === "saved" ? "✓" : ""}
      </span>
      <span class="saved-word">{word}</span>
    </span>
  );
}

interface AsideButtonProps {
  readonly tab: AsideTab;
  readonly count: number;
  readonly isOn: boolean;
  readonly onAside: (tab: AsideTab) => void;
}

function AsideButton({ tab, count, isOn, onAside }: AsideButtonProps) {
  const title = titleOf(tab);
  return (
    <button
      type="button"
      class={`button plain small aside-${tab}`}
      aria-label={count > 0 ? `${title} ${count}` : title}
      aria-pressed={isOn}
      onClick={() => onAside(tab)}
    >
      <svg class="aside-shape" viewBox="0 0 16 16" width={16} height={16} aria-hidden="true">
        <path d={ASIDE_SHAPES[tab]} />
      </svg>
      <span class="aside-word">{title}</span> {count > 0 && <span class="count">{count}</span>}
    </button>
  );
}
