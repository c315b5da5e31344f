import { useEffect, useMemo, useState } from "preact/hooks";
import { Doc } from "yjs";
import { me } from "../app/session";
import { OrderConnection } from "../sync/connection";
import { Keeping } from "../sync/keeping";
import { ActionBar } from "./ActionBar";
import { Adding } from "./Adding";
import { Announcer } from "./Announcer";
import { Aside, type AsideTab } from "./Aside";
import { Banners } from "./Banners";
import { Cards } from "./Cards";
import { CellBar } from "./CellBar";
import { SheetContext, useSheet } from "./context";
import { Ended } from "./Ended";
import { Facts } from "./Facts";
import { Grid } from "./Grid";
import { GridState } from "./grid";
import { Header } from "./Header";
import { LinePanel } from "./LinePanel";
import { Sheet } from "./sheet";
import "./sheet.css";
import "./facts.css";
import "./values.css";
import "./grid.css";
import "./cards.css";
import "./foot.css";
import "./aside.css";
import "./dialogs.css";
import { useIsNarrow } from "./narrow";
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
  useEffect(() => {
    let close: (() => void) | null = null;
    let left = false;
    void open(userId, id).then((made) => {
      close = made.close;
      if (left) made.close();
      else setOpened(made);
    });
    return () => {
      left = true;
      close?.();
      setOpened(null);
    };
  }, [id, userId]);
  return opened ? <SheetView key={id} {...opened} /> : <Opening />;
}

/** Opens the copy on this device, if there is one, and then the connection. */
async function open(userId: string, orderId: string): Promise<Opened & { readonly close: () => void }> {
  const doc = new Doc();
  const keeping = await Keeping.open(userId, orderId, doc);
  const connection = new OrderConnection({ orderId, doc, ...(keeping ? { kept: keeping.kept } : {}) });
  const sheet = new Sheet(connection);
  keeping?.follow(connection);
  connection.connect();
  const close = () => {
    keeping?.close();
    sheet.destroy();
    connection.destroy();
  };
  return { sheet, close, forget: async () => keeping?.forget() };
}

/** An order that is open, or being opened, or closed for good. */
export function SheetView({ sheet, forget }: Opened) {
  const { status, hello } = sheet.connection;
  if (status.value.kind === "closed")
    return <Ended sheet={sheet} ending={status.value.ending} code={status.value.code} forget={forget} />;
  const isReady = hello.value !== null && sheet.record("made_by") !== undefined;
  return (
    <SheetContext.Provider value={sheet}>
      {isReady ? <Open /> : <Opening isOffline={status.value.kind === "offline"} />}
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
  const isNarrow = useIsNarrow();
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
      <Header aside={aside} onAside={(tab) => setAside(tab === aside ? null : tab)} />
      <Banners />
      <Facts />
      {isNarrow ? (
        <Cards grid={grid} onAdd={() => setAdding(true)} />
      ) : (
        <div class="grid-frame">
          <Grid grid={grid} onAdd={() => setAdding(true)} />
        </div>
      )}
      {sheet.lines.value.length === 0 && (
        <p class="sheet-empty quiet">
          {say(sheet.mayWrite("lines/new/product") ? "grid.empty" : "grid.empty_reader")}
        </p>
      )}
      <ActionBar
        about={isNarrow ? null : <CellBar grid={grid} />}
        onMissing={(key) => {
          grid.goTo(key.split("/")[1] ?? "");
          grid.panel.value = key.split("/")[1] ?? null;
        }}
      />
      {panel !== null && <LinePanel line={panel} grid={grid} onComment={comment} />}
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
      {adding && <Adding onClose={() => setAdding(false)} />}
      <Announcer grid={grid} />
    </div>
  );
}
