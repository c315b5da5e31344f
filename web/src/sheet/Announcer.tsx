import { useEffect, useState } from "preact/hooks";
import { useSheet } from "./context";
import type { GridState } from "./grid";
import { say } from "./words";

const GATHER_MS = 1500;

/** Tells a screen reader what others change, a burst at a time, and what one's own paste or copy did. */
export function Announcer({ grid }: { grid: GridState }) {
  const sheet = useSheet();
  const [told, setTold] = useState("");
  useEffect(() => {
    const gathered = new Set<string>();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const names = new Set(sheet.connection.peers.value.map((peer) => peer.name).filter(Boolean));
      const name = names.size === 1 ? ([...names][0] ?? "") : say("live.someone");
      setTold(say("live.changed", { count: gathered.size, name }));
      gathered.clear();
      waiting = undefined;
    };
    const stop = sheet.document.watch((addresses) => {
      for (const address of addresses) if (/^(client|supplier)\//.test(address)) gathered.add(address);
      if (gathered.size > 0) waiting ??= setTimeout(tell, GATHER_MS);
    });
    return () => {
      clearTimeout(waiting);
      stop();
    };
  }, [sheet]);
  return (
    <>
      <p class="unseen" aria-live="polite">
        {told}
      </p>
      <p class="unseen" aria-live="polite">
        {grid.said.value}
      </p>
    </>
  );
}
