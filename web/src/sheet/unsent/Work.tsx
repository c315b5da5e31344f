import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../design/Button";
import { tell } from "../../offline/words";
import "./work.css";

/** What never reached the server, as text that can be taken along. `work`: null while it is being read. */
export function Work({ work }: { work: string | null }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(work ?? "");
    setCopied(true);
  };
  return (
    <>
      <pre class="leaving-list" data-unsent>
        {work ?? tell("leave.reading")}
      </pre>
      <div>
        <Button onClick={copy} disabled={work === null}>
          {tell(copied ? "copied" : "leave.copy")}
        </Button>
      </div>
    </>
  );
}
