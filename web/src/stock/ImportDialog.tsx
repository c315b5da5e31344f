import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Notice } from "../design/Empty";
import { language } from "../words";
import { download } from "./download";
import { decoded, faultyFile, fileOfTable } from "./file";
import { type Importing, useImporting } from "./importing";
import { Preview } from "./Preview";
import { say } from "./words";

interface ImportProps {
  /** Rows that were pasted among the products: then they are the file. */
  readonly pasted: readonly (readonly string[])[] | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const MODEL =
  "code,size,variant,on_hand,arrivals\r\nPS-100,,,24,6 2027-01-03 | 10 2027-02-01\r\nTM-200,M,,12,\r\n";

/** A stock list brought in: chosen, looked at, sent in parts, and what could not be taken given back. */
export function ImportDialog({ pasted, onDone, onClose }: ImportProps): JSX.Element {
  const importing = useImporting(onDone);
  const { step } = importing;
  useEffect(() => {
    const text = pasted && fileOfTable(pasted, language.value === "fr");
    if (text) void importing.look(say("import.pasted"), text);
  }, []);
  const isUnknown = pasted !== null && fileOfTable(pasted, language.value === "fr") === null;
  return (
    <Dialog large title={say("import.title")} onClose={onClose}>
      <div class="body stack" aria-busy={step.name === "reading" || step.name === "sending"}>
        {step.name === "choosing" && <Choosing importing={importing} isUnknown={isUnknown} />}
        {step.name === "reading" && <p role="status">{say("import.reading", { name: step.file })}</p>}
        {step.name === "looking" && <Preview report={step.report} name={step.file} />}
        {(step.name === "sending" || step.name === "paused") && (
          <Progress done={step.done} all={step.all} isPaused={step.name === "paused"} />
        )}
        {step.name === "done" && <Notice look="good">{say("import.done", { count: step.all })}</Notice>}
        {importing.problem && <Notice look="danger">{importing.problem}</Notice>}
      </div>
      <Foot importing={importing} onClose={onClose} />
    </Dialog>
  );
}

function Choosing({ importing, isUnknown }: { importing: Importing; isUnknown: boolean }): JSX.Element {
  return (
    <>
      {isUnknown && <Notice look="danger">{say("unknown_table")}</Notice>}
      <p>{say("import.lead")}</p>
      <p>
        <code class="stock-columns">{say("import.columns")}</code>
      </p>
      <p class="quiet">{say("import.rules")}</p>
      <div class="bar">
        <ChooseFile label={say("import.choose")} look="primary" onText={importing.look} />
        <Button onClick={() => download("stock.csv", MODEL)}>{say("import.model")}</Button>
      </div>
    </>
  );
}

function ChooseFile(props: {
  label: string;
  look?: "primary";
  onText: (name: string, text: string) => void;
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        class="stock-file"
        tabIndex={-1}
        aria-hidden="true"
        accept=".csv,.txt,text/csv,text/plain"
        onChange={async (event) => {
          const file = event.currentTarget.files?.[0];
          if (file) props.onText(file.name, decoded(await file.arrayBuffer()));
        }}
      />
      <Button {...(props.look && { look: props.look })} onClick={() => input.current?.click()}>
        {props.label}
      </Button>
    </>
  );
}

function Progress({ done, all, isPaused }: { done: number; all: number; isPaused: boolean }): JSX.Element {
  const text = say(isPaused ? "import.paused" : "import.progress", { count: done, all });
  return (
    <div class="stack-s">
      <progress class="stock-progress" value={done} max={all} aria-label={say("import.title")} />
      <p role="status">{text}</p>
    </div>
  );
}

function Foot({ importing, onClose }: { importing: Importing; onClose: () => void }): JSX.Element {
  const { step } = importing;
  const faults = "report" in step ? step.report.errors : [];
  return (
    <footer>
      {faults.length > 0 && "records" in step && step.records.length > 1 && (
        <Button
          look="plain"
          class="stock-drop"
          onClick={() => download("stock.csv", faultyFile(step.records, faults))}
        >
          {say("import.download")}
        </Button>
      )}
      {step.name === "looking" && <ChooseFile label={say("import.other")} onText={importing.look} />}
      {step.name !== "done" && step.name !== "sending" && <Button onClick={onClose}>{say("cancel")}</Button>}
      {step.name === "looking" && step.report.changed > 0 && (
        <Button look="primary" onClick={() => void importing.send()}>
          {say("import.do", { count: step.report.rows })}
        </Button>
      )}
      {step.name === "paused" && (
        <Button look="primary" onClick={() => void importing.send()}>
          {say("import.go_on")}
        </Button>
      )}
      {step.name === "done" && (
        <Button look="primary" onClick={onClose}>
          {say("done")}
        </Button>
      )}
    </footer>
  );
}
