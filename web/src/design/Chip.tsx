import type { JSX } from "preact";
import type { Side, Status } from "../api/shapes";
import { t } from "../words";
import { Icon, type IconName } from "./icons";

const SHAPES: Record<Status, IconName> = {
  draft: "pencil",
  waiting: "clock",
  changed: "triangle",
  agreed: "check",
  amending: "check",
  closed: "lock",
};

/** The shape of a state alone, for places that name it otherwise. An amendment carries a corner. */
export function StateShape({ status, size = 14 }: { status: Status; size?: number }): JSX.Element {
  if (status !== "amending") return <Icon name={SHAPES[status]} size={size} />;
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true" focusable="false">
      <path d="m2 9.5 3.5 3.5 7-8.5" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
      <path class="corner" d="M10 0h6v6z" fill="currentColor" />
    </svg>
  );
}

/** An order's state: colour, shape and word together. */
export function Chip({ status }: { status: Status }): JSX.Element {
  return (
    <span class={`chip ${status}`}>
      <StateShape status={status} />
      {t(`status.${status}`)}
    </span>
  );
}

/** Whose move it is, in words; nothing when it is nobody's. */
export function Turn({ turn, side }: { turn: Side | null; side: Side }): JSX.Element | null {
  if (!turn) return null;
  return turn === side ? (
    <span class="turn mine">{t("turn.mine")}</span>
  ) : (
    <span class="turn">{t(`turn.${turn}`)}</span>
  );
}
