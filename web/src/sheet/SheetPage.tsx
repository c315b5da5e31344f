import { effect } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { whenKept } from "../app/later";
import { me } from "../app/session";
import { useFollowingRobots } from "../bots/robots";
import { DialogNotice } from "../design/Dialog";
import { arrivals } from "../offline/device";
import { keepPictures } from "../offline/pictures";
import { lookForLater } from "../offline/version";
import { keepCatalogue } from "../offline/warm";
import { other } from "../order/order";
import { sendUnsent } from "../sync/sender";
import { Visit } from "../sync/visit";
import { Announcer } from "./Announcer";
import { assumeWhileAway } from "./assumptions";
import type { AsideTab } from "./beside/asideTabs";
import { Cards } from "./cells/Cards";
import { CellBar } from "./cells/CellBar";
import { GridState } from "./cells/grid";
import { SheetGrid } from "./cells/SheetGrid";
import { SheetContext, useSheet } from "./context";
import { Adding, Aside, fetchParts, LinePanel } from "./parts";
import { deliveredProduct } from "./product";
import { Sheet } from "./sheet";
import { ActionBar } from "./signing/ActionBar";
import { Banners } from "./top/Banners";
import { Facts } from "./top/Facts";
import { Header } from "./top/Header";
import { followAbsences } from "./top/homecoming";
import { Refusals, RefusalsInDialog } from "./top/Refusals";
import { Ended } from "./unsent/Ended";
import { closeWhenSent, useLeavingGuard } from "./unsent/leaving";
import "./sheet.css";
import "./top/facts.css";
import "../grid/values.css";
import "../grid/grid.css";
import "../grid/cards.css";
import "./signing/foot.css";
import "./top/away.css";
import "./print.css";
import { useIsNarrow } from "../grid/narrow";
import { say } from "./words";

export default SheetPage;

interface Opened {
  readonly sheet: Sheet;
  readonly forget: () => Promise<void>;
}

/** The page of one order: `/orders/:id`. */
export function SheetPage({ id }: { id: string }) {
  const userId = me.value?.user.id ?? "";
  const [opened, setOpened] = useState<Opened | null>(null);
  const [birth, setBirth] = useState(0);
  useEffect(() => {
    let close: (() => void) | null = null;
    let left = false;
    const anew = () => setBirth(birth + 1);
    void open(userId, id, anew).then((made) => {
      close = made.close;
      if (left) made.close();
      else setOpened(made);
    });
    return () => {
      left = true;
      close?.();
      setOpened(null);
    };
  }, [id, userId, birth]);
  return opened ? <SheetView key={`${id} ${birth}`} {...opened} /> : <Opening />;
}

/** Opens the copy on this device, if there is one, and then the connection. */
async function open(
  userId: string,
  orderId: string,
  anew: () => void,
): Promise<Opened & { readonly close: () => void }> {
  const known = arrivals.peek();
  const visit = await Visit.open(userId, orderId);
  const sheet = new Sheet(visit.connection, visit);
  const stops = [
    followAbsences(sheet),
    assumeWhileAway(sheet, userId),
    followServer(sheet, userId),
    followStore(sheet, userId, known, anew),
  ];
  visit.connect(anew);
  const close = () => {
    for (const stop of stops) stop();
    sheet.destroy();
    closeWhenSent(visit, userId);
  };
  return { sheet, close, forget: async () => visit.keeping?.forget() };
}

/**
 * Where the device's store opened late: opens an order anew with the copy that lies there, as long as nothing is on the
 * screen yet. One that came from the server meanwhile is kept as it stands, under the hands of whoever writes in it.
 */
function followStore(sheet: Sheet, userId: string, known: number, anew: () => void): () => void {
  const { visit, connection } = sheet;
  if (!visit || visit.keeping) return () => undefined;
  return effect(() => {
    if (arrivals.value <= known) return;
    if (connection.hello.peek()) void visit.keepLate(userId);
    // An effect cannot end itself.
    else queueMicrotask(anew);
  });
}

/** Whenever the server is there: is it of a later version; and, once, what one needs to go on without it. */
function followServer(sheet: Sheet, userId: string): () => void {
  let isKept = false;
  return effect(() => {
    if (sheet.connection.status.value.kind !== "live") return;
    void lookForLater();
    void sendUnsent(userId);
    void sheet.visit?.keeping?.note({
      name: String(sheet.record("number") ?? nameIn(sheet, other(sheet.side.value))),
    });
    const supplier = sheet.record("parties/supplier") as { id?: string } | undefined;
    if (isKept || !supplier?.id) return;
    isKept = true;
    const { content } = sheet.document;
    const pictures = sheet.lines.peek().map((line) => deliveredProduct(content, line)?.image ?? null);
    void keepPictures(userId, pictures).catch(() => undefined);
    void keepCatalogue(userId, supplier.id).catch(() => undefined);
  });
}

function nameIn(sheet: Sheet, side: string): string {
  return (sheet.record(`parties/${side}`) as { name?: string } | undefined)?.name ?? "";
}

/** An order that is open, or being opened, or closed for good. */
export function SheetView({ sheet, forget }: Opened) {
  const { status, hello } = sheet.connection;
  if (status.value.kind === "closed")
    return <Ended sheet={sheet} ending={status.value.ending} code={status.value.code} forget={forget} />;
  const isReady = hello.value !== null && sheet.record("made_by") !== undefined;
  return (
    <SheetContext.Provider value={sheet}>
      <DialogNotice.Provider value={RefusalsInDialog}>
        {isReady ? <Open /> : <Opening isOffline={status.value.kind === "offline"} />}
      </DialogNotice.Provider>
    </SheetContext.Provider>
  );
}

function Opening({ isOffline = false }: { isOffline?: boolean }) {
  return (
    <div class="sheet bones" role="status" aria-label={say("opening")}>
      {isOffline && <p class="thin-bar">{say("opening.offline")}</p>}
      <i />
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}

function Open() {
  const sheet = useSheet();
  const grid = useMemo(() => new GridState(sheet), [sheet]);
  useFollowingRobots();
  const isNarrow = useIsNarrow();
  useLeavingGuard(sheet);
  useEffect(() => whenKept(fetchParts), []);
  const [aside, setAside] = useState<AsideTab | null>(null);
  const [anchor, setAnchor] = useState("");
  const [adding, setAdding] = useState(false);
  const comment = (place: string) => {
    setAnchor(place);
    setAside("comments");
    grid.panel.value = null;
  };
  const asked = grid.commenting.value;
  useEffect(() => {
    if (asked === null) return;
    grid.commenting.value = null;
    comment(asked);
  }, [asked]);
  const panel = grid.panel.value;
  return (
    <div class={aside ? "sheet has-aside" : "sheet"}>
      <div class="sheet-top">
        <Header aside={aside} onAside={(tab) => setAside(tab === aside ? null : tab)} />
        <Refusals most={isNarrow ? (aside ? 0 : 1) : 3} />
      </div>
      <Banners grid={grid} />
      <Facts />
      {isNarrow ? (
        <Cards grid={grid} onAdd={() => setAdding(true)} />
      ) : (
        <div key="grid" class="grid-frame">
          <SheetGrid grid={grid} onAdd={() => setAdding(true)} />
        </div>
      )}
      {sheet.lines.value.length === 0 && (
        <p class="sheet-empty quiet">
          {say(sheet.mayWrite("lines/new/product") ? "grid.empty" : "grid.empty_reader")}
        </p>
      )}
      <div key="foot" class="sheet-foot">
        {aside && (
          <Aside
            tab={aside}
            anchor={anchor}
            onTab={setAside}
            onClose={() => setAside(null)}
            onAnchor={(place) => {
              setAnchor(place);
              const line = /^lines\/([^/]+)/.exec(place)?.[1];
              if (line) grid.goTo(line);
            }}
          />
        )}
        <ActionBar
          about={isNarrow ? null : <CellBar grid={grid} />}
          onMissing={(key) => {
            grid.goTo(key.split("/")[1] ?? "");
            grid.panel.value = key.split("/")[1] ?? null;
          }}
        />
      </div>
      {panel !== null && <LinePanel line={panel} grid={grid} onComment={comment} />}
      {adding && <Adding onClose={() => setAdding(false)} />}
      <Announcer grid={grid} />
    </div>
  );
}
