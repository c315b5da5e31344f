import { expect, test } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { coloursOf, PEER_COLOURS, peersOf } from "./peers";

const people = Array.from({ length: PEER_COLOURS }, (_, number) => `person-${number}`);

test("people who are together never share a colour while there are enough of them", () => {
  expect(new Set(coloursOf(people).values()).size).toBe(PEER_COLOURS);
  expect(coloursOf([...people, "one more"]).get("one more")).toBeLessThan(PEER_COLOURS);
});

test("everybody reckons the same colours, in whatever order others came", () => {
  expect([...coloursOf([...people].reverse())]).toEqual([...coloursOf(people)]);
});

test("who is alone with his colour keeps it, whoever else comes", () => {
  for (const one of people) {
    const own = coloursOf([one]).get(one);
    const others = people.filter((each) => coloursOf([each]).get(each) !== own);
    const first = others.slice(0, 1);
    expect(coloursOf([one, ...first]).get(one)).toBe(own);
  }
});

test("two windows see two others in the colours that these see in each other", () => {
  const seenBy = (reader: string, others: readonly string[]) => {
    const awareness = new Awareness(new Y.Doc());
    for (const [number, id] of others.entries()) awareness.states.set(number + 1, { user: { id, name: id } });
    const peers = peersOf(awareness, reader);
    awareness.destroy();
    return new Map(peers.map((peer) => [peer.id, peer.colour]));
  };
  const same = people.filter(
    (each) => coloursOf([each]).get(each) === coloursOf(["person-0"]).get("person-0"),
  );
  const three = [...new Set(["person-0", ...same, ...people])].slice(0, 3);
  const colours = three.map((reader) =>
    seenBy(
      reader,
      three.filter((each) => each !== reader),
    ),
  );
  for (const id of three) {
    const seen = new Set(colours.map((one) => one.get(id)).filter((colour) => colour !== undefined));
    expect(seen.size).toBe(1);
  }
});
