import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { PendingSignature } from "../offline/database";
import { lineKey, REGISTERS } from "../order/cells";
import {
  changedCells,
  type EffectiveCell,
  effectiveCell,
  type LineChange,
  lastSigned,
} from "../order/colour";
import { linesOf, other, type Side, type State } from "../order/order";
import { hasOwnChanges, type Status, stateOf, statusFor, turnOf } from "../order/status";
import { type Change, canonicalJson, signatureOf, termsOf } from "../order/terms";
import { type Totals, totalsOf } from "../order/totals";
import type { OrderConnection } from "../sync/connection";
import { OrderDocument } from "../sync/document";
import type { Refusal } from "../sync/notices";
import { mayWrite, type Obstacle, obstacleTo, registerFor, type Writer } from "../sync/rights";
import type { Visit } from "../sync/visit";
import { OrderWriter } from "../sync/writing";
import { whenIdle } from "./idle";
import { missingKeys } from "./signing/missing";
import { countOf, type LineDifferences, reviewOf } from "./signing/review";
import type { Homecoming } from "./top/homecoming";

/** Everything of an order that depends on the whole of it. */
export interface Standing {
  /** The terms that stand, as the text that a signature covers. */
  readonly terms: string;
  /** The companies whose signature covers what stands. */
  readonly signedBy: ReadonlySet<Side>;
  readonly status: Status;
  readonly turn: Side | null;
  readonly totals: Totals;
  readonly changes: ReadonlyMap<string, Change>;
  /** What happened to a line since the reader signed. */
  readonly lineMarks: ReadonlyMap<string, LineChange>;
  /** The differences as a person reads them, and how many they are. */
  readonly review: readonly LineDifferences[];
  readonly changeCount: number;
  /** Whether the reader's company has written something that no signature of its own covers. */
  readonly hasOwn: boolean;
  /** Whether the other company has: it is still writing, and what it wrote was not sent. */
  readonly hasUnsent: boolean;
  /** Whether some of the changes are the other company's. */
  readonly hasTheirs: boolean;
  /** Keys that must be filled before anyone can sign. */
  readonly missing: readonly string[];
  readonly signed: boolean;
}

// Above this many lines, what depends on the whole order follows a moment behind the typing, a part at a time, where the
// browser has nothing else to do: so that no key waits for more than one part, and no frame for any.
const AT_ONCE_LIMIT = 300;
const BEHIND_MS = 120;

/** One open order: its connection, its document, what follows from them, and the way to write. */
export class Sheet {
  readonly document: OrderDocument;
  readonly edit: OrderWriter;
  readonly lines: ReadonlySignal<readonly string[]>;
  readonly state: ReadonlySignal<State>;
  readonly standing: ReadonlySignal<Standing>;
  readonly side: ReadonlySignal<Side>;
  readonly writer: ReadonlySignal<Writer>;
  /** Where comments are: lines, `lines/7f3a`, and cells, `lines/7f3a/quantity`. */
  readonly commented: ReadonlySignal<ReadonlySet<string>>;
  /** What one came back to, until it is closed. */
  readonly homecoming = signal<Homecoming | null>(null);
  private readonly stop: () => void;

  /** `visit`: what waits on this device to be told to the server. */
  constructor(
    readonly connection: OrderConnection,
    readonly visit: Visit | null = null,
  ) {
    this.document = new OrderDocument(connection.doc);
    const { content } = this.document;
    this.side = computed(() => connection.side.value ?? "client");
    this.lines = computed(() => {
      this.document.structure.value;
      return linesOf(content);
    });
    this.state = computed(() => {
      this.document.revision.value;
      return stateOf(content);
    });
    this.writer = computed(() => ({
      side: this.side.value,
      role: connection.hello.value?.role ?? "viewer",
      state: this.state.value,
      rights: connection.rights.value,
    }));
    this.commented = computed(() => {
      this.document.comments.value;
      return new Set(
        [...content.comments.values()].map((comment) =>
          String((comment as { anchor?: unknown })?.anchor ?? ""),
        ),
      );
    });
    const isUnborn = visit?.isUnborn.peek() ?? false;
    this.edit = new OrderWriter(connection.doc, content, () => this.writer.value, isUnborn);
    const standing = signal(finished(this.stand()));
    this.standing = standing;
    this.stop = this.follow(standing);
  }

  /** One cell as it is shown; reading it in a component subscribes that component to this cell alone. */
  cell(line: string | null, noun: string, point: string | null = null): EffectiveCell {
    const key = line === null ? noun : lineKey(line, ...(point === null ? [noun] : [noun, point]));
    this.document.cell(`client/${key}`).value;
    this.document.cell(`supplier/${key}`).value;
    this.document.cell(`record/signatures/${this.side.value}`).value;
    return effectiveCell(this.document.content, this.side.value, line, noun, point);
  }

  record(key: string): unknown {
    return this.document.cell(`record/${key}`).value;
  }

  /** Whether one's own edit of this cell is not saved yet. */
  isUnsaved(key: string): boolean {
    const cells = this.connection.unsavedCells.value;
    return cells.has(`client/${key}`) || cells.has(`supplier/${key}`);
  }

  /** One's own edit of this cell that was not taken, until it is dismissed. */
  refusalOf(key: string): Refusal | null {
    const own = [`client/${key}`, `supplier/${key}`];
    return this.connection.refusals.value.find(({ cell }) => own.includes(cell)) ?? null;
  }

  mayWrite(key: string, register?: Side): boolean {
    const writer = this.writer.value;
    return register ? mayWrite(register, key, writer) : registerFor(key, writer) !== null;
  }

  obstacle(key: string, register?: Side): Obstacle | null {
    return obstacleTo(key, this.writer.value, register);
  }

  /** The signature that waits for the network, if it is for what stands. */
  pendingSignature(): PendingSignature | null {
    const pending = this.visit?.signing.pending.value ?? null;
    return pending && !pending.refused && pending.terms === this.standing.value.terms ? pending : null;
  }

  allows(command: string): boolean {
    return this.connection.rights.value[`command.${command}`] === "allow";
  }

  destroy(): void {
    this.stop();
    this.edit.destroy();
    this.document.destroy();
  }

  /** How the order stands, worked out in parts of some milliseconds in an order of thousands of lines. */
  private *stand(): Parts<Standing> {
    const { content } = this.document;
    const side = this.side.value;
    const lines = this.lines.value;
    const standing = termsOf(content, lines);
    yield;
    const text = canonicalJson(standing);
    yield;
    const signedBy = new Set(REGISTERS.filter((each) => signatureOf(content, each)?.terms === text));
    const [signer] = signedBy;
    // Texts are compared, which costs far less than a digest; what nobody signed has none of the digests given.
    const signed = signer ? signatureOf(content, signer)?.digest : "";
    const changed = changedCells(content, side, standing);
    const terms = lastSigned(content, side);
    yield;
    const review = terms ? reviewOf(content, terms, changed.cells, changed.lines) : [];
    const hasOwn = hasOwnChanges(content, side, standing);
    yield;
    const hasUnsent = hasOwnChanges(content, other(side), standing);
    yield;
    const totals = totalsOf(content, lines);
    yield;
    const missing = missingKeys(content, lines);
    return {
      terms: text,
      signedBy,
      status: statusFor(content, side, signed),
      turn: turnOf(content, signed),
      totals,
      changes: changed.cells,
      lineMarks: changed.lines,
      review,
      changeCount: countOf(review),
      hasOwn,
      hasUnsent,
      hasTheirs: [...changed.cells.values()].some(({ root }) => root === other(side)),
      missing,
      signed: terms !== null,
    };
  }

  /** Keeps `standing` true of the document, one part after another where it is large. */
  private follow(standing: Signal<Standing>): () => void {
    let callOff = () => {};
    let isFresh = true;
    const goOn = (parts: Parts<Standing>) => {
      const part = parts.next();
      if (part.done) standing.value = part.value;
      else callOff = whenIdle(() => goOn(parts));
    };
    const stop = effect(() => {
      this.document.revision.value;
      this.side.value;
      callOff();
      if (isFresh) {
        isFresh = false;
        return;
      }
      if (this.lines.peek().length <= AT_ONCE_LIMIT) standing.value = finished(this.stand());
      else {
        const waiting = setTimeout(() => goOn(this.stand()), BEHIND_MS);
        callOff = () => clearTimeout(waiting);
      }
    });
    return () => {
      callOff();
      stop();
    };
  }
}

type Parts<T> = Generator<undefined, T>;

function finished<T>(parts: Parts<T>): T {
  for (;;) {
    const part = parts.next();
    if (part.done) return part.value;
  }
}
