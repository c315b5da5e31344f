import type { JSX } from "preact";
import { Dialog } from "../design/Dialog";
import { t } from "../words";

type Row = [keys: string[], what: string];

/** The keys of the page that it is opened over: those of a grid where there is one, else those of lists. */
export function Help({ onClose }: { onClose: () => void }): JSX.Element {
  const has = (what: string) => document.querySelector(`main ${what}`) !== null;
  const isGrid = has("[role=grid]");
  const search: Row = [["/"], t("help.search")];
  const add: Row = [["n"], t("help.new")];
  const rows: Row[] = [
    ...(!isGrid || has("[data-key=search]") ? [search] : []),
    ...(!isGrid || has("[data-key=new]") ? [add] : []),
    ...(isGrid ? gridRows() : listRows()),
    [[t("help.escape.key")], t("help.escape")],
    [["?"], t("help.help")],
  ];
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      <dl class="body keys">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function listRows(): Row[] {
  return [
    [["j", "↓"], t("help.next")],
    [["k", "↑"], t("help.previous")],
    [[t("help.enter")], t("help.open")],
  ];
}

function gridRows(): Row[] {
  const command = /Mac/.test(navigator.platform) ? "⌘" : "Ctrl";
  const shift = t("help.shift.key");
  return [
    [["F2"], t("help.edit")],
    [[t("help.enter")], t("help.down")],
    [["Tab"], t("help.right")],
    ...(document.querySelector(".action-bar")
      ? ([[[`${command} + ${t("help.enter")}`], t("help.foot")]] as Row[])
      : []),
    [[`${shift} + ↓`], t("help.select")],
    [[`${command} + C`, `${command} + V`], t("help.copy")],
    [[t("help.delete.key")], t("help.empty")],
    [[`${command} + Z`], t("help.undo")],
  ];
}
