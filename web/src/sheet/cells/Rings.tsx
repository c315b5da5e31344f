import { Icon } from "../../design/icons";
import { useSheet } from "../context";
import { say } from "../words";

/** The rings of others who are in a cell, each in his colour, and their names side by side. */
export function Rings({ isThere }: { isThere: (cell: string) => boolean }) {
  const peers = useSheet().connection.peers.value.filter((peer) => peer.cell !== "" && isThere(peer.cell));
  if (peers.length === 0) return null;
  return (
    <>
      {peers.map((peer, order) => (
        <span key={peer.client} class={`ring peer-${peer.colour} ring-${Math.min(order, 2)}`} />
      ))}
      <span class="ring-names">
        {peers.map((peer) => (
          <span key={peer.client} class={`ring-name peer-${peer.colour}`}>
            {peer.bot && <Icon name="robot" size={11} />}
            {peer.isSelf ? say("here.elsewhere") : peer.name}
          </span>
        ))}
      </span>
    </>
  );
}
