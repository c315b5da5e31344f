import { useId, useState } from "preact/hooks";
import { useSheet } from "../context";
import { Modal } from "../Modal";
import { command } from "../requests";
import { say } from "../words";
import { type Act, COMMAND_OF, WITHOUT_REASON } from "./actions";
import { troubleText } from "./trouble";

/** What ends or undoes something is confirmed; where it concerns the other company, it asks why. */
export function ReasonDialog({ act, onClose }: { act: Act; onClose: () => void }) {
  const sheet = useSheet();
  const id = useId();
  const [reason, setReason] = useState("");
  const [trouble, setTrouble] = useState("");
  const [working, setWorking] = useState(false);
  const asksWhy = !WITHOUT_REASON.has(act);
  const submit = async () => {
    setWorking(true);
    setTrouble("");
    try {
      await command(sheet.connection.orderId, COMMAND_OF[act], asksWhy ? { reason: reason.trim() } : {});
      onClose();
    } catch (cause) {
      setTrouble(troubleText(cause, sheet));
      setWorking(false);
    }
  };
  return (
    <Modal
      title={say(`reason.${act}.title`)}
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {say("reason.keep")}
          </button>
          <button
            type="button"
            class={`button ${act === "deliver" ? "primary" : "danger"}`}
            disabled={(asksWhy && !reason.trim()) || working}
            onClick={submit}
          >
            {say(`act.${act}`)}
          </button>
        </>
      }
    >
      <div class="pile-wide">
        <p class="quiet">{say(`reason.${act}.text`)}</p>
        {asksWhy && (
          <>
            <label class="fact-label" for={id}>
              {say("reason.label")}
            </label>
            <textarea
              id={id}
              class="input"
              rows={3}
              maxLength={500}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </>
        )}
        {trouble && (
          <p class="fault" role="alert">
            {trouble}
          </p>
        )}
      </div>
    </Modal>
  );
}
