import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../design/Button";
import { t } from "../../words";

/** The rest of a list: a button, which coming into sight presses by itself. */
export function More(props: { next: string | null; state: string; onMore: () => void }): JSX.Element | null {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(props.onMore);
  more.current = props.onMore;
  useEffect(() => {
    if (!end.current || typeof IntersectionObserver === "undefined") return;
    const watcher = new IntersectionObserver(
      (seen) => seen.some((one) => one.isIntersecting) && more.current(),
      { rootMargin: "200px" },
    );
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [props.next]);
  if (!props.next) return null;
  return (
    <div class="more" ref={end}>
      <Button busy={props.state === "more"} onClick={props.onMore}>
        {t("do.more")}
      </Button>
    </div>
  );
}
