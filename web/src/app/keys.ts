import { useEffect } from "preact/hooks";

const ROWS = "main .row-link";

/** Whether keys belong to what is being typed, or to a window that is open. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target;
  if (document.querySelector("dialog[open]")) return true;
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=grid]") !== null
  );
}

function focusRow(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  if (rows.length === 0) return false;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  const row = rows[next];
  row?.focus({ preventScroll: true });
  row?.closest("tr")?.scrollIntoView({ block: "nearest" });
  return true;
}

/** Brings the focus to the page's own search, or presses its button that begins something new. False where it has none. */
export function reach(name: "search" | "new"): boolean {
  const target = document.querySelector<HTMLElement>(`main [data-key=${name}]`);
  if (!target) return false;
  if (name === "search") target.focus();
  else target.click();
  return true;
}

/** What a key does on a page; true when it did something. Pages need only mark their search, button and rows. */
function press(key: string, openHelp: () => void): boolean {
  if (key === "/") return reach("search");
  if (key === "n") return reach("new");
  if (key === "j" || key === "ArrowDown") return focusRow(1);
  if (key === "k" || key === "ArrowUp") return focusRow(-1);
  if (key !== "?") return false;
  openHelp();
  return true;
}

export function useKeys(openHelp: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isTaken(event) && press(event.key, openHelp)) event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}
