import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isLeaving } from "../../app/leaving";
import { signOut } from "../../app/session";
import { Dialog } from "../../design/Dialog";
import { StayOrGo } from "../../design/StayOrGo";
import { room } from "../../offline/device";
import { tell } from "../../offline/words";
import { t } from "../../words";
import { unsentWork } from "./unsentWork";
import { Work } from "./Work";

/** What never reached the server, before this device forgets it: it can be taken along. */
export function LeavingDialog({ userId }: { userId: string }): JSX.Element {
  const [work, setWork] = useState<string | null>(null);
  useEffect(() => {
    // What lies on no device is told by the page that it is on.
    const elsewhere = () => (room.peek() === "kept" ? t("unsaved.lead") : tell("room.none"));
    void unsentWork(userId).then((found) => setWork(found || elsewhere()));
  }, [userId]);
  const stay = () => {
    isLeaving.value = false;
  };
  const go = async () => {
    stay();
    await signOut();
  };
  return (
    <Dialog title={tell("leave.title")} onClose={stay}>
      <div class="body stack">
        <p>{tell("leave.lead")}</p>
        <Work work={work} />
      </div>
      <StayOrGo go={tell("leave.go")} stay={tell("leave.stay")} onGo={go} onStay={stay} />
    </Dialog>
  );
}
