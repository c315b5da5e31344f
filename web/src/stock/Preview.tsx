import type { JSX } from "preact";
import { Notice } from "../design/Empty";
import { decimal } from "../words";
import type { LineFault } from "./file";
import type { Report } from "./importing";
import { say } from "./words";

/** What a file would change, and what is wrong with it, before anything is kept. */
export function Preview({ report, name }: { report: Report; name: string }): JSX.Element {
  return (
    <>
      <p>
        <strong>{name}</strong>
        {"\u00a0· "}
        {say("import.sound", { count: report.rows })}, {say("import.changes", { count: report.changed })}
        {report.errors.length > 0 && (
          <>
            , <strong class="danger-text">{say("import.faults", { count: linesOf(report.errors) })}</strong>
          </>
        )}
        .
      </p>
      {report.errors.length > 0 && <Faults faults={report.errors} isAll={report.rows === 0} />}
      {report.rows > 0 && report.changed === 0 && <Notice>{say("import.nothing")}</Notice>}
      {report.changes.length > 0 && <Changes report={report} />}
    </>
  );
}

function linesOf(faults: readonly LineFault[]): number {
  return new Set(faults.map(({ line }) => line)).size;
}

function Faults({ faults, isAll }: { faults: readonly LineFault[]; isAll: boolean }): JSX.Element {
  return (
    <section class="stock-faults">
      <p class="small">{say(isAll ? "import.unusable" : "import.left_out")}</p>
      <ul>
        {faults.map((fault) => (
          <li key={`${fault.line} ${fault.column} ${fault.message}`}>
            <strong>{say("import.line", { line: fault.line })}</strong>
            {fault.column && <code>{fault.column}</code>}
            <span>{fault.code === "unknown_product" ? say("import.unknown_product") : fault.message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Changes({ report }: { report: Report }): JSX.Element {
  return (
    <div class="stock-changes">
      <table aria-label={say("import.changes", { count: report.changed })}>
        <thead>
          <tr>
            <th scope="col">{say("column.product")}</th>
            <th scope="col">{say("column.size")}</th>
            <th scope="col" class="figure">
              {say("import.before")}
            </th>
            <th scope="col" class="figure">
              {say("import.after")}
            </th>
          </tr>
        </thead>
        <tbody>
          {report.changes.map((change) => (
            <tr key={change.line}>
              <td>{change.code}</td>
              <td>{[change.point, change.variant].filter(Boolean).join("\u00a0· ")}</td>
              <td class="figure quiet">{decimal(change.before) || say("not_followed")}</td>
              <td class="figure strong">{decimal(change.after) || say("no_longer")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.changed > report.changes.length && (
        <p class="quiet small">{say("import.first", { count: report.changes.length })}</p>
      )}
    </div>
  );
}
