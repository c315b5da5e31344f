import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { tell } from "../offline/words";
import { unsentWork } from "../sheet/unsentWork";
import { isLeaving } from "./leaving";
import { signOut } from "./session";

/** What never reached the server, before this device forgets it: it can be taken along. */
export function Leaving({ userId }: { userId: string }): JSX.Element {
  const [work, setWork] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    void unsentWork(userId).then(setWork);
  }, [userId]);
  const stay = () => {
    isLeaving.value = false;
  };
  const copy = async () => {
    await navigator.clipboard?.writeText(work ?? "");
    setCopied(true);
  };
  const go = async () => {
    stay();
    await signOut();
  };
  return (
    <Dialog title={tell("leave.title")} onClose={stay}>
      <div class="body stack">
        <p>{tell("leave.lead")}</p>
        <pre class="leaving-list" data-unsent>
          {work ?? tell("leave.reading")}
        </pre>
        <div>
          <Button onClick={copy} disabled={work === null}>
            {tell(copied ? "copied" : "leave.copy")}
          </Button>
        </div>
      </div>
      <footer>
        <Button look="danger" onClick={go}>
          {tell("leave.go")}
        </Button>
        <Button look="primary" data-autofocus onClick={stay}>
          {tell("leave.stay")}
        </Button>
      </footer>
    </Dialog>
  );
}
