// Real Yjs behind real y-websocket providers, as a browser has them, driven by lines of JSON on stdin.
//
// Each line is {id, op, ...}; each answer is {id, ...} or {id, error}. Peers are named by `peer`.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const Y = require("yjs");
const { WebsocketProvider } = require("y-websocket");
const decoding = require("lib0/decoding");
const encoding = require("lib0/encoding");
const { encodeAwarenessUpdate } = require("y-protocols/awareness");
const WebSocket = require("ws");

const NOTICE = 64;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const UPDATE = 2;
const PATIENCE = 10_000;
const peers = new Map();

/** What a document holds; plain data that Python can compare. */
function stateOf(doc) {
  return {
    client: doc.getMap("client").toJSON(),
    supplier: doc.getMap("supplier").toJSON(),
    record: doc.getMap("record").toJSON(),
    comments: doc.getMap("comments").toJSON(),
    note: doc.getText("note").toString(),
  };
}

function clocksOf(doc) {
  return Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc)));
}

function pendingOf(doc) {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}

/**
 * A WebSocket that carries a bearer token, since Node has no cookies, and counts the edits it sends. While edits are
 * held, they wait for `send`, as if the network were slow.
 */
function socketOf(secret, self) {
  return class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { Authorization: `Bearer ${secret}` }, perMessageDeflate: false });
      self.sent = 0;
      self.saved = 0;
      self.held = self.holds ? [] : null;
      this.on("message", (data) => self.heard.push(Buffer.from(data), Buffer.of(0)));
    }

    send(data) {
      const [type, step] = new Uint8Array(data);
      if (type === 0 && step === UPDATE && self.held !== null) {
        self.held.push(data);
        return;
      }
      if (type === 0 && step > 0) self.sent += 1;
      super.send(data);
    }
  };
}

function open({ peer, url, order, secret, client, plain, holds }) {
  const known = peers.get(peer);
  const doc = known?.doc ?? new Y.Doc();
  if (client !== undefined && !known) doc.clientID = client;
  const self = { doc, plain, holds, held: null, notices: [], heard: [], closes: [], changed: new Set(), sent: 0, saved: 0, presence: 0 };
  const provider = new WebsocketProvider(url, order, doc, {
    WebSocketPolyfill: socketOf(secret, self),
    disableBc: true,
    connect: false,
  });
  self.provider = provider;
  const tell = () => {
    for (const look of [...self.changed]) look();
  };
  if (!plain) {
    provider.messageHandlers[NOTICE] = (_encoder, decoder) => {
      const notice = JSON.parse(decoding.readVarString(decoder));
      self.notices.push(notice);
      if (notice.type === "saved") self.saved = notice.through;
      tell();
    };
  }
  if (holds) provider.awareness.setLocalState(null);
  const hearPresence = provider.messageHandlers[AWARENESS];
  provider.messageHandlers[AWARENESS] = (...told) => {
    hearPresence(...told);
    self.presence += 1;
    tell();
  };
  provider.on("connection-close", (event) => {
    if (event) self.closes.push(event.code);
    tell();
  });
  provider.on("sync", tell);
  doc.on("afterTransaction", tell);
  peers.set(peer, self);
  provider.connect();
  return until(self, () => provider.synced || self.closes.length > 0).then(() => ({}));
}

function until(self, condition) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      self.changed.delete(look);
      reject(new Error("nothing came of it"));
    }, PATIENCE);
    function look() {
      if (!condition()) return;
      clearTimeout(timer);
      self.changed.delete(look);
      resolve();
    }
    self.changed.add(look);
    look();
  });
}

const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The same document once more, under a client id. */
function copyOf(doc, client) {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.clientID = client;
  return copy;
}

/** What an edit adds to a document, as one update. */
function added(doc, edit) {
  const before = Y.encodeStateVector(doc);
  doc.transact(() => edit(doc));
  return Y.encodeStateAsUpdate(doc, before);
}

/**
 * Updates that Yjs writes for who does with it what nobody should: from a person's document, his client id, that of
 * somebody else (`theirs`), whose next edit he knows before the server does, and a word.
 */
const forgeries = {
  underTheirId: ({ doc, theirs, word }) =>
    added(copyOf(doc, theirs), (it) => it.getMap("supplier").set("freight", word)),
  withTheirNextEdit({ doc, mine, theirs, word }) {
    const both = copyOf(doc, theirs);
    const before = Y.encodeStateVector(both);
    both.getMap("supplier").set("freight", word);
    both.clientID = mine;
    both.getMap("client").set("reference", "PO-1");
    return Y.encodeStateAsUpdate(both, before);
  },
  overTheirNextEdit: (given) =>
    afterTheirs(given, (it) => it.getMap("supplier").set("freight", "9"), (it) => it.getMap("supplier").set("freight", given.word)),
  deletingTheirNextEdit: (given) =>
    afterTheirs(given, (it) => it.getMap("supplier").set("freight", "9"), (it) => it.getMap("supplier").delete("freight")),
  beforeTheirNextLetters: (given) =>
    afterTheirs(given, (it) => it.getText("note").insert(0, "abc"), (it) => it.getText("note").insert(0, given.word)),
  betweenTheirNextLetters: (given) =>
    afterTheirs(given, (it) => it.getText("note").insert(0, "abc"), (it) => it.getText("note").insert(1, given.word)),
  inTheirNextMap: (given) =>
    afterTheirs(
      given,
      (it) => it.getMap("supplier").set("freight", new Y.Map()),
      (it) => it.getMap("supplier").get("freight").set("x", given.word),
    ),
  withAGap({ doc, mine, word }) {
    const copy = copyOf(doc, mine);
    copy.getMap("client").set("reference", "lost");
    return added(copy, (it) => it.getMap("client").set("lines/a/job_reference", word));
  },
  withASkippedRange({ doc, mine, word }) {
    const copy = copyOf(doc, mine);
    const [first, , third] = ["1", "2", word].map((value) =>
      added(copy, (it) => it.getMap("client").set("reference", value)),
    );
    return Y.mergeUpdates([first, third]);
  },
  withACollectedRange({ doc, mine, word }) {
    const copy = copyOf(doc, mine);
    return added(copy, (it) => {
      it.getMap("client").set("reference", new Y.Map([["x", word]]));
      it.getMap("client").delete("reference");
    });
  },
  asItemsOfAMap: ({ mine, word }) => added(fresh(mine), (it) => it.getArray("supplier").push([word])),
  asLettersOfAMap: ({ mine, word }) => added(fresh(mine), (it) => it.getText("supplier").insert(0, word)),
  asEntriesOfTheNote: ({ mine, word }) => added(fresh(mine), (it) => it.getMap("note").set("x", word)),
  inASecondVersion({ doc, mine, word }) {
    const copy = copyOf(doc, mine);
    const before = Y.encodeStateVector(copy);
    copy.getMap("client").set("reference", word);
    return Y.encodeStateAsUpdateV2(copy, before);
  },
  underAHugeKey: ({ mine, word }) => added(fresh(mine), (it) => it.getMap("client").set(word.repeat(50), "1")),
  withAHugeValue: ({ mine, word }) =>
    added(fresh(mine), (it) => it.getMap("client").set("reference", word.repeat(10_000))),
  withAHugeText: ({ mine, word }) => added(fresh(mine), (it) => it.getText("note").insert(0, word.repeat(60_000))),
  withManyEntries: ({ mine, word }) =>
    added(fresh(mine), (it) => {
      for (let n = 0; n < 60_000; n += 1) it.getMap("client").set(`${word}${n % 7}`, n);
    }),
  underManyIds: ({ mine, word }) =>
    Y.mergeUpdates(
      Array.from({ length: 300 }, (_, n) => added(fresh(mine + n), (it) => it.getMap("client").set(`k${n}`, word))),
    ),
};

function fresh(client) {
  const doc = new Y.Doc();
  doc.clientID = client;
  return doc;
}

/** One's own edit upon an edit of theirs that the server has not got, and theirs left out. */
function afterTheirs({ doc, mine, theirs }, theirEdit, myEdit) {
  const both = copyOf(doc, theirs);
  theirEdit(both);
  both.clientID = mine;
  return added(both, myEdit);
}

const operations = {
  open,
  edit({ peer, root, cells }) {
    const { doc } = peers.get(peer);
    doc.transact(() => {
      for (const [key, value] of Object.entries(cells)) {
        if (value === null) doc.getMap(root).delete(key);
        else doc.getMap(root).set(key, value);
      }
    });
    return {};
  },
  odd({ peer, what }) {
    const { doc } = peers.get(peer);
    const odd = {
      nan: () => doc.getMap("supplier").set("freight", Number.NaN),
      undefined: () => doc.getMap("client").set("reference", undefined),
      bigint: () => doc.getMap("client").set("lines/a/quantity", 12n),
      bytes: () => doc.getMap("client").set("reference", new Uint8Array([1, 2])),
      nested: () => doc.getMap("client").set("reference", new Y.Map([["x", 1]])),
      subdocument: () => doc.getMap("client").set("reference", new Y.Doc()),
      bold: () => doc.getText("note").insert(0, "x", { bold: true }),
      embed: () => doc.getText("note").insertEmbed(0, { image: "x" }),
      root: () => doc.getMap("prices").set("x", "1"),
      list: () => doc.getArray("prices").push(["1"]),
      xml: () => doc.getXmlFragment("page").insert(0, [new Y.XmlElement("p")]),
    };
    odd[what]();
    return {};
  },
  note({ peer, at, remove, insert }) {
    const text = peers.get(peer).doc.getText("note");
    text.doc.transact(() => {
      if (remove) text.delete(at, remove);
      if (insert) text.insert(at, insert);
    });
    return {};
  },
  /** Types at the end or the beginning of the note, or deletes words from it. */
  words({ peer, insert, atEnd, strike }) {
    const text = peers.get(peer).doc.getText("note");
    if (insert) text.insert(atEnd ? text.length : 0, insert);
    if (strike) text.delete(text.toString().indexOf(strike), strike.length);
    return {};
  },
  /** Lets go what was held. */
  send({ peer }) {
    const self = peers.get(peer);
    const held = self.held;
    self.held = null;
    for (const data of held) self.provider.ws.send(data);
    self.held = [];
    return {};
  },
  /** Waits for everything that the server had sent. */
  async barrier({ peer }) {
    const self = peers.get(peer);
    const heard = self.presence;
    self.provider.ws.send(new Uint8Array([QUERY_AWARENESS]));
    await until(self, () => self.presence > heard);
    return {};
  },
  /** What Yjs writes for one of the forgeries. */
  forgery({ peer, what, theirs, word }) {
    const { doc } = peers.get(peer);
    return { update: [...forgeries[what]({ doc, mine: doc.clientID + 1, theirs, word })] };
  },
  /** Everything that Yjs can forge. */
  forgeries: () => ({ names: Object.keys(forgeries) }),
  /** Speaks of oneself, and of another client, under a name. */
  pretend({ peer, name, theirs }) {
    const { doc, provider } = peers.get(peer);
    provider.awareness.setLocalState({ user: { name, id: "x" }, cell: "note" });
    const states = new Map([[theirs, { user: { name }, cell: "note" }]]);
    const awareness = { states, meta: new Map([[theirs, { clock: 99 }]]), getStates: () => states };
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [theirs]));
    provider.ws.send(encoding.toUint8Array(encoder));
    return {};
  },
  /** Who is here, by client id: what others say of themselves. */
  present({ peer }) {
    return { states: Object.fromEntries(peers.get(peer).provider.awareness.getStates()) };
  },
  /** Undoes one's last edits of a root, and does them again. */
  undo({ peer, root, cells }) {
    const { doc } = peers.get(peer);
    const map = doc.getMap(root);
    const manager = new Y.UndoManager(map, { captureTimeout: 0 });
    for (const [key, value] of Object.entries(cells)) map.set(key, value);
    while (manager.undo() !== null);
    manager.redo();
    manager.destroy();
    return {};
  },
  /** Sends bytes as an edit, and waits until it is thrown out. */
  async forge({ peer, message }) {
    const self = peers.get(peer);
    const closes = self.closes.length;
    self.held = null;
    self.provider.ws.send(Uint8Array.from(message));
    await until(self, () => self.closes.length > closes);
    self.provider.disconnect();
    return { code: self.closes.at(-1) };
  },
  /** Those of some words that came in any message. */
  heard({ peer, words }) {
    const everything = Buffer.concat(peers.get(peer).heard);
    return { words: words.filter((word) => everything.includes(word)) };
  },
  async disconnect({ peer }) {
    peers.get(peer).provider.disconnect();
    return {};
  },
  async connect({ peer }) {
    const self = peers.get(peer);
    self.provider.connect();
    await until(self, () => self.provider.synced);
    return {};
  },
  /** Comes back, and waits until it is thrown out. */
  async returns({ peer }) {
    const self = peers.get(peer);
    const closes = self.closes.length;
    self.provider.connect();
    await until(self, () => self.closes.length > closes);
    self.provider.disconnect();
    return { code: self.closes.at(-1) };
  },
  /** Waits until the server has judged and committed everything that was sent. */
  async saved({ peer }) {
    const self = peers.get(peer);
    if (!self.plain) await until(self, () => self.saved >= self.sent);
    return {};
  },
  async becomes({ peer, state, clocks }) {
    const self = peers.get(peer);
    const there = () => same(stateOf(self.doc), state) && same(clocksOf(self.doc), clocks);
    await until(self, there).catch(() => {});
    return { there: there(), state: stateOf(self.doc), clocks: clocksOf(self.doc), pending: pendingOf(self.doc) };
  },
  async refused({ peer, count }) {
    const self = peers.get(peer);
    const all = () => self.notices.filter((one) => one.type === "refused").flatMap((one) => one.items);
    await until(self, () => all().length >= count).catch(() => {});
    return { items: all() };
  },
  async closed({ peer }) {
    const self = peers.get(peer);
    await until(self, () => self.closes.length > 0);
    self.provider.disconnect();
    return { code: self.closes.at(-1) };
  },
  look({ peer }) {
    const { doc } = peers.get(peer);
    return { state: stateOf(doc), client: doc.clientID };
  },
  close({ peer }) {
    peers.get(peer)?.provider.destroy();
    peers.delete(peer);
    return {};
  },
};

const answer = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);
console.log = console.error; // Yjs has things to say, too, and they are no answers

for await (const line of createInterface({ input: process.stdin })) {
  const { id, op, ...rest } = JSON.parse(line);
  Promise.resolve()
    .then(() => operations[op](rest))
    .then((result) => answer({ id, ...result }))
    .catch((error) => answer({ id, error: String(error) }));
}
process.exit(0);
