import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import { lookWhetherPutOut } from "../../app/session";
import { Icon } from "../../design/icons";
import { room } from "../../offline/device";
import { loadAnew } from "../../offline/guard";
import { goToLater } from "../../offline/version";
import type { Ending } from "../../sync/closes";
import type { Sheet } from "../sheet";
import { say } from "../words";
import { type Held, notHeld, unsentText } from "./unsent";

// One who signs in again, or loads the present version, finds his work; any other copy would only meet the same end.
const KEEPING: ReadonlySet<Ending> = new Set(["signed_out", "outdated"]);

/** The session on this order is over: why, and what to do. What was not saved is shown, and can be taken along. */
export function Ended(props: { sheet: Sheet; ending: Ending; code: number; forget: () => Promise<void> }) {
  const { sheet, ending, code } = props;
  const [copied, setCopied] = useState(false);
  const { unsaved, unsavedCells } = sheet.connection;
  const [absent, setAbsent] = useState<readonly string[]>([]);
  const alone = absent.filter((address) => !unsavedCells.value.has(address));
  const text = unsentText(sheet.document.content, [...unsavedCells.value, ...alone]);
  const isLost = unsaved.value > 0 || alone.length > 0;
  const offer = alone.length > 0 ? say("ended.copy_alone") : say("ended.copy", { count: unsaved.value });
  const isUnkept = ending === "outdated" && room.value !== "kept" && unsaved.value > 0;
  useEffect(() => {
    // One who was put out is told so, and keeps here what this device could not.
    if (ending === "signed_out" && room.peek() === "kept") void lookWhetherPutOut();
  }, [ending]);
  useEffect(() => {
    if (ending !== "epoch") return;
    const stands = (address: string) => !sheet.document.isAssumed(address);
    const told = (held: Held) => setAbsent(notHeld(sheet.document.content, held).filter(stands));
    api.fresh<Held>(`/api/orders/${sheet.connection.orderId}`).then(told, () => undefined);
  }, [ending]);
  const leave = async () => {
    if (ending === "outdated") return void goToLater();
    if (!KEEPING.has(ending)) await props.forget();
    loadAnew(ending === "not_found" ? "/" : undefined);
  };
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
  };
  return (
    <section class="empty sheet-ended" data-ending={ending}>
      <Icon name="info" class="mark" />
      <h1>{say(`ended.${ending}.title`)}</h1>
      <p>
        {isUnkept ? say("ended.outdated.unkept") : say(textOf(ending, isLost, alone.length > 0), { code })}
      </p>
      {isLost && (!KEEPING.has(ending) || isUnkept) && (
        <div class="ended-lost">
          <p>{say(alone.length > 0 ? "ended.alone" : "ended.lost")}</p>
          <pre class="leaving-list" data-lost>
            {text}
          </pre>
        </div>
      )}
      <div class="bar">
        {isLost && (
          <button type="button" class="button" onClick={copy}>
            {copied ? say("ended.copied") : offer}
          </button>
        )}
        <button type="button" class="button primary" onClick={leave}>
          {say(`ended.${ending}.act`)}
        </button>
      </div>
    </section>
  );
}

/** Only who has something to copy is told to copy it. */
function textOf(ending: Ending, isLost: boolean, isAlone: boolean) {
  if (isAlone) return "ended.epoch.alone" as const;
  const hasUnsent = isLost && (ending === "epoch" || ending === "fault");
  return hasUnsent ? (`ended.${ending}.unsent` as const) : (`ended.${ending}.text` as const);
}
