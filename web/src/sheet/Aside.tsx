import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../design/Button";
import { Comments } from "./Comments";
import { History } from "./History";
import { say } from "./words";

export type AsideTab = "comments" | "history";
const TABS: readonly AsideTab[] = ["comments", "history"];

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
      aria-label={say(`${tab}.title`)}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header class="aside-head">
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            class={name === tab ? "aside-tab is-on" : "aside-tab"}
            aria-pressed={name === tab}
            onClick={() => onTab(name)}
          >
            {say(`${name}.title`)}
          </button>
        ))}
        <span class="push" />
        <IconButton icon="close" label={say("close")} small onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll what has no control */}
      <div class="aside-body" tabIndex={0}>
        {tab === "comments" ? <Comments anchor={anchor} onAnchor={onAnchor} /> : <History />}
      </div>
    </aside>
  );
}
