import { useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { sentence } from "../app/form";
import { type LineFault, partsOf, type RecordText, recordsOf } from "./file";

/** What an import would do or did, as the server tells it. */
export interface Report {
  readonly rows: number;
  readonly changed: number;
  readonly changes: readonly {
    readonly line: number;
    readonly code: string;
    readonly point: string;
    readonly variant: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly errors: readonly LineFault[];
}

interface Looked {
  readonly file: string;
  readonly records: readonly RecordText[];
  readonly report: Report;
}

type Step =
  | { readonly name: "choosing" }
  | { readonly name: "reading"; readonly file: string }
  | ({ readonly name: "looking" } & Looked)
  | ({ readonly name: "sending" | "paused" | "done"; readonly done: number; readonly all: number } & Looked);

export interface Importing {
  readonly step: Step;
  readonly problem: string;
  /** Ask what a file would do. */
  readonly look: (file: string, text: string) => Promise<void>;
  /** Send what is sound, or go on where it stopped. */
  readonly send: () => Promise<void>;
}

/** An import step by step. What was sent stays sent: going on begins with the part that did not arrive. */
export function useImporting(onDone: () => void): Importing {
  const [step, setStep] = useState<Step>({ name: "choosing" });
  const [problem, setProblem] = useState("");
  const parts = useRef<string[][]>([]);
  const look = async (file: string, text: string) => {
    setProblem("");
    setStep({ name: "reading", file });
    try {
      const report = await post(text, true);
      const records = recordsOf(text);
      parts.current = partsOf(records, new Set(report.errors.map(({ line }) => line)));
      setStep({ name: "looking", file, records, report });
    } catch (cause) {
      setStep({ name: "choosing" });
      setProblem(sentence(asProblem(cause)));
    }
  };
  const send = async () => {
    if (step.name !== "looking" && step.name !== "paused") return;
    const { file, records, report } = step;
    const all = report.rows;
    let done = step.name === "paused" ? step.done : 0;
    const at = (name: "sending" | "paused" | "done") => setStep({ name, file, records, report, done, all });
    setProblem("");
    at("sending");
    try {
      for (let part = parts.current[0]; part; part = parts.current[0]) {
        await post(part.join("\r\n"), false);
        parts.current = parts.current.slice(1);
        done += part.length - 1;
        at("sending");
      }
      at("done");
      onDone();
    } catch (cause) {
      at("paused");
      setProblem(sentence(asProblem(cause)));
    }
  };
  return { step, problem, look, send };
}

function post(text: string, dryRun: boolean): Promise<Report> {
  const form = new FormData();
  form.set("file", new Blob([text], { type: "text/csv" }), "stock.csv");
  return api.post<Report>(`/api/stock/import${dryRun ? "?dry_run=true" : ""}`, form);
}
