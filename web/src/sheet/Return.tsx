import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../design/Button";
import { useSheet } from "./context";
import { say } from "./words";

/** What happened to the order while one was away from the network. */
interface Absence {
  readonly theirs: number;
  readonly mine: number;
  readonly refused: number;
}

/** On return, one sentence: theirs, yours, what was not taken. Nothing happened, nothing is said. */
export function Return() {
  const [absence, setAbsence] = useAbsence();
  if (!absence || absence.theirs + absence.mine + absence.refused === 0) return null;
  const told = [
    absence.theirs > 0 && say("return.theirs", { count: absence.theirs }),
    absence.mine > 0 && say("return.mine", { count: absence.mine }),
    absence.refused > 0 && say("return.refused", { count: absence.refused }),
  ];
  return (
    <p class="thin-bar return-bar" role="status">
      <span>
        {say("return.title")} {told.filter(Boolean).join("; ")}.
      </span>
      <IconButton icon="close" label={say("close")} small onClick={() => setAbsence(null)} />
    </p>
  );
}

function useAbsence() {
  const sheet = useSheet();
  const { status, unsaved, refusals } = sheet.connection;
  const [absence, setAbsence] = useState<Absence | null>(null);
  const away = useRef<{ mine: number; refusals: number; theirs: Set<string> } | null>(null);
  const kind = status.value.kind;
  if (kind === "offline") away.current ??= { mine: 0, refusals: refusals.value.length, theirs: new Set() };
  if (kind === "offline" && away.current) away.current.mine = unsaved.value;
  useEffect(
    () =>
      sheet.document.watch((addresses) => {
        for (const address of addresses)
          if (/^(client|supplier)\//.test(address)) away.current?.theirs.add(address);
      }),
    [sheet],
  );
  const isSettled = kind === "live" && unsaved.value === 0;
  useEffect(() => {
    const gone = away.current;
    if (!isSettled || !gone) return;
    away.current = null;
    const refused = Math.max(0, refusals.value.length - gone.refusals);
    setAbsence({ theirs: gone.theirs.size, mine: Math.max(0, gone.mine - refused), refused });
  }, [isSettled, refusals]);
  return [absence, setAbsence] as const;
}
