import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { forgetPerson } from "../../app/ending";
import { session } from "../../app/session";
import { Button } from "../../design/Button";
import { tell } from "../../offline/words";
import { Door } from "../../pages/doors/Door";
import { unsentWork } from "./unsentWork";
import { Work } from "./Work";

/** One who may no longer sign in: what never reached the server can be taken along, then this device forgets him. */
export function PutOut({ userId }: { userId: string }): JSX.Element {
  const [work, setWork] = useState<string | null>(null);
  const [isForgotten, setForgotten] = useState(false);
  const remove = async () => {
    await forgetPerson(userId);
    setForgotten(true);
  };
  useEffect(() => {
    void unsentWork(userId).then((found) => {
      setWork(found);
      if (found === "") void remove();
    });
  }, [userId]);
  const leave = () => {
    session.value = { state: "out", lost: false };
  };
  const lead = isForgotten ? tell("put_out.forgotten") : work ? tell("put_out.lead") : tell("leave.reading");
  return (
    <Door title={tell("put_out.title")} lead={lead}>
      {work && !isForgotten && (
        <>
          <Work work={work} />
          <div>
            <Button look="danger" onClick={remove}>
              {tell("put_out.remove")}
            </Button>
          </div>
        </>
      )}
      {isForgotten && <Button onClick={leave}>{tell("put_out.door")}</Button>}
    </Door>
  );
}
