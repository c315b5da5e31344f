import type { JSX } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { holdBack } from "../../app/back";
import { Dialog } from "../../design/Dialog";
import { StayOrGo } from "../../design/StayOrGo";
import { t } from "../../words";

type Go = () => void;

/** How the forms in which something is typed ask. */
const ASKING = new Set<(go: Go) => void>();
/** Whether the browser goes back because its reader said so. */
let isGoing = false;

/** Goes elsewhere, or asks first where something typed would be lost by it. */
export function goUnlessUnsaved(go: Go): void {
  const [ask] = ASKING;
  if (ask) ask(go);
  else go();
}

/** Asks before a page is left while something typed on it is not saved: by a link, by going back, by closing the tab. */
export function Unsaved({ isUnsaved }: { isUnsaved: boolean }): JSX.Element | null {
  const { route } = useLocation();
  const [go, setGo] = useState<Go | null>(null);
  // Before the page is painted: on a slow machine one may have typed and pressed a link until an ordinary effect runs.
  useLayoutEffect(() => {
    if (!isUnsaved) return;
    const here = location.pathname + location.search;
    const asks = (next: Go) => setGo(() => next);
    const onClick = (event: MouseEvent) => {
      const place = placeOf(event);
      if (place === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      asks(() => route(place));
    };
    // The browser has gone back already; the page that stands on the screen is put in front again.
    const onBack = (event: PopStateEvent) => {
      if (isGoing) return;
      event.stopImmediatePropagation();
      history.pushState(null, "", here);
      asks(() => {
        isGoing = true;
        history.back();
      });
    };
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    ASKING.add(asks);
    const letGo = holdBack(onBack);
    document.addEventListener("click", onClick);
    addEventListener("beforeunload", onUnload);
    return () => {
      ASKING.delete(asks);
      letGo();
      isGoing = false;
      document.removeEventListener("click", onClick);
      removeEventListener("beforeunload", onUnload);
    };
  }, [isUnsaved, route]);
  if (!go) return null;
  const stay = () => setGo(null);
  const leave = () => {
    stay();
    go();
  };
  return (
    <Dialog title={t("unsaved.title")} onClose={stay}>
      <p class="body">{t("unsaved.lead")}</p>
      <StayOrGo go={t("unsaved.go")} stay={t("unsaved.stay")} onGo={leave} onStay={stay} />
    </Dialog>
  );
}

/** The other page of the application to which a click leads in this tab; null for any other click. */
function placeOf(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  // A menu that closed under the click has left the page with its link.
  const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement && one.href !== "");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.download) return null;
  const isHere = link.origin !== location.origin || link.pathname === location.pathname;
  return isHere ? null : link.pathname + link.search;
}
