import { useEffect, useRef } from "preact/hooks";
import { Decisions } from "../bots/Decisions";
import { useRobots } from "../bots/robots";
import { say as sayOfRobots } from "../bots/words";
import { IconButton } from "../design/Button";
import { Comments } from "./Comments";
import { useSheet } from "./context";
import { History } from "./History";
import { say } from "./words";

export type AsideTab = "comments" | "history" | "robots";

export function titleOf(tab: AsideTab): string {
  return tab === "robots" ? sayOfRobots("title") : say(`${tab}.title`);
}

/** What there is to look at beside the sheet: what robots decided, only for the supplier and where they did. */
export function useAsideTabs(): readonly AsideTab[] {
  const hasDecided = useRobots().decisions.value.length > 0;
  const isOurs = useSheet().side.value === "supplier";
  return ["comments", "history", ...(hasDecided && isOurs ? (["robots"] as const) : [])];
}

interface AsideProps {
  readonly tab: AsideTab;
  readonly anchor: string;
  readonly onTab: (tab: AsideTab) => void;
  readonly onAnchor: (anchor: string) => void;
  readonly onClose: () => void;
}

/** Beside the sheet: what was said, and what was done. */
export function Aside({ tab, anchor, onTab, onAnchor, onClose }: AsideProps) {
  const root = useRef<HTMLElement>(null);
  const tabs = useAsideTabs();
  useEffect(() => {
    const before = document.activeElement;
    if (!root.current?.contains(document.activeElement)) root.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      ref={root}
      class="aside"
      tabIndex={-1}
      aria-label={titleOf(tab)}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header class="aside-head">
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            class={name === tab ? "aside-tab is-on" : "aside-tab"}
            aria-pressed={name === tab}
            onClick={() => onTab(name)}
          >
            {titleOf(name)}
          </button>
        ))}
        <span class="push" />
        <IconButton icon="close" label={say("close")} small onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll what has no control */}
      <div class="aside-body" tabIndex={0}>
        {tab === "comments" && <Comments anchor={anchor} onAnchor={onAnchor} />}
        {tab === "history" && <History />}
        {tab === "robots" && <Decisions />}
      </div>
    </aside>
  );
}
