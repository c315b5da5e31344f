/**
 * Where the focus goes when what has it leaves the page: a button that was pressed is often one that is no more, and a
 * browser would let the focus fall to the top of the document, from where a keyboard begins again.
 */

const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex='0']";

/** Begins to hand the focus on; gives what stops it. A grid draws its cells as they come into sight, and does so itself. */
export function handFocusOn(): () => void {
  let last: Element | null = null;
  const onFocusIn = (event: FocusEvent) => {
    last = event.target as Element;
  };
  // Who presses where nothing takes the focus has left what had it; what is removed is still there at this moment.
  const onFocusOut = () =>
    queueMicrotask(() => {
      if (last?.isConnected && document.activeElement !== last) last = null;
    });
  const observer = new MutationObserver((records) => {
    const left = last;
    if (!left || left.isConnected || (document.activeElement ?? document.body) !== document.body) return;
    last = null;
    const record = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(left)));
    if (record) heirOf(record)?.focus();
  });
  document.addEventListener("focusin", onFocusIn);
  document.addEventListener("focusout", onFocusOut);
  observer.observe(document, { childList: true, subtree: true });
  return () => {
    document.removeEventListener("focusin", onFocusIn);
    document.removeEventListener("focusout", onFocusOut);
    observer.disconnect();
  };
}

/**
 * What comes next in the place that was left, or what came before; farther out where nothing is left in there, and
 * the heading where that is the whole page.
 */
function heirOf({ target, previousSibling }: MutationRecord): HTMLElement | null {
  let place = target instanceof Element ? target : null;
  if (place?.closest("[role=grid]")) return null;
  let before: Node | null = previousSibling;
  for (; place; before = place, place = place.parentElement) {
    const heading = place.querySelector<HTMLElement>("h1[tabindex]");
    if (heading) return heading;
    const there = [...place.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isSeen);
    const next = there.find((one) => isAfter(one, before));
    const heir = next ?? there.at(-1);
    if (heir) return heir;
  }
  return null;
}

function isAfter(one: Node, before: Node | null): boolean {
  if (!before?.isConnected) return true;
  return (
    Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) && !before.contains(one)
  );
}

/** Browsers of before 2024 do not tell; there everything is taken to be seen. */
function isSeen(one: HTMLElement): boolean {
  return !one.closest("[inert]") && (one.checkVisibility?.() ?? true);
}
