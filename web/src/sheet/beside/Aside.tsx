import { useEffect, useRef } from "preact/hooks";
import { DecisionList } from "../../bots/DecisionList";
import { IconButton } from "../../design/Button";
import { say } from "../words";
import { type AsideTab, titleOf, useAsideTabs } from "./asideTabs";
import { Comments } from "./Comments";
import { History } from "./History";

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
        {tab === "robots" && <DecisionList />}
      </div>
    </aside>
  );
}
