import type { Side } from "../order/order";
import type { Status } from "../order/status";
import type { Peer } from "../sync/peers";
import { useSheet } from "./context";
import { say, sayOr } from "./words";

const SHAPES: Readonly<Record<Status, string>> = {
  draft: "M4 12.5 11.5 5l2 2L6 14.5H4zM10 6.5l2 2",
  waiting: "M9 2.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM9 5v4l3 2",
  changed: "M9 3 16 15H2z",
  agreed: "M3 9.5 7.5 14 15 5",
  amending: "M3 9.5 7.5 14 15 5M12 2h4v4",
  closed: "M4 8h10v7H4zM6 8V6a3 3 0 0 1 6 0v2",
};

/** The top of the sheet: way back, number, where the order stands, who is here, and whether all is saved. */
export function Header() {
  const sheet = useSheet();
  const number = sheet.record("number");
  const side = sheet.side.value;
  return (
    <header class="sheet-head">
      <a class="sheet-back" href={side === "client" ? "/purchases" : "/orders"}>
        <span aria-hidden="true">←</span> {say(side === "client" ? "back_purchases" : "back")}
      </a>
      <h1 class="sheet-number">{typeof number === "string" ? number : say("draft_number")}</h1>
      <Chip />
      <span class="sheet-gap" />
      <Presence />
      <Saved />
    </header>
  );
}

function Chip() {
  const sheet = useSheet();
  const { status, turn } = sheet.standing.value;
  const closing = sheet.record("closing") as { kind?: string } | undefined;
  const word =
    status === "closed" && closing?.kind ? sayOr("closing", closing.kind, say("status.closed")) : "";
  return (
    <span class="chip-and-turn">
      <span class={`chip chip-${status}`} data-status={status}>
        <svg class="chip-shape" viewBox="0 0 18 18" aria-hidden="true">
          <path d={SHAPES[status]} />
        </svg>
        {word || say(`status.${status}`)}
      </span>
      {turn && (
        <span class={turn === sheet.side.value ? "turn turn-mine" : "turn"}>
          {turnWord(turn, sheet.side.value)}
        </span>
      )}
    </span>
  );
}

function turnWord(turn: Side, side: Side): string {
  return turn === side ? say("turn.mine") : say(`turn.${turn}`);
}

function Presence() {
  const { peers } = useSheet().connection;
  const people = onePerPerson(peers.value);
  if (people.length === 0) return null;
  return (
    <ul class="presence" aria-label={say("here")}>
      {people.map((peer) => (
        <li key={peer.id} class={`presence-one peer-${peer.colour}`} title={peer.name}>
          <span aria-hidden="true">{peer.bot ? "⚙" : initials(peer.name)}</span>
          <span class="unseen">{peer.name}</span>
        </li>
      ))}
    </ul>
  );
}

function onePerPerson(peers: readonly Peer[]): Peer[] {
  return [...new Map(peers.filter((peer) => peer.name).map((peer) => [peer.id, peer])).values()];
}

/** `Anna Roy` → `AR`. */
export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""]
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

function Saved() {
  const { saved } = useSheet().connection;
  return (
    <span class={`saved saved-${saved.value}`} data-saved={saved.value} role="status">
      <span class="saved-dot" aria-hidden="true">
        {saved.value === "saved" ? "✓" : ""}
      </span>
      {say(`saved.${saved.value}`)}
    </span>
  );
}
