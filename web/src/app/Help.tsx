import type { JSX } from "preact";
import { Dialog } from "../design/Dialog";
import { t } from "../words";

export function Help({ onClose }: { onClose: () => void }): JSX.Element {
  const rows: [string[], string][] = [
    [["/"], t("help.search")],
    [["n"], t("help.new")],
    [["j", "↓"], t("help.next")],
    [["k", "↑"], t("help.previous")],
    [[t("help.enter")], t("help.open")],
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
