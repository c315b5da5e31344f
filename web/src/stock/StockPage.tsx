import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { reach } from "../app/keys";
import { useSettled } from "../app/load";
import { Page } from "../app/Page";
import { may, me } from "../app/session";
import { Unread } from "../app/Unread";
import { Button } from "../design/Button";
import { Empty, Loading } from "../design/Empty";
import { CheckField } from "../design/Field";
import { SearchField } from "../design/Search";
import { at } from "../grid/cursor";
import { useIsNarrow } from "../grid/narrow";
import { asOf } from "../offline/answers";
import { guardLeaving } from "../offline/guard";
import { useLiveRows } from "../pages/lists/live";
import { More } from "../pages/lists/More";
import { Paused } from "../pages/lists/Paused";
import { t } from "../words";
import { StockBook } from "./book";
import { COLUMNS } from "./columns";
import { FollowDialog } from "./FollowDialog";
import { Foot } from "./Foot";
import { StockGridState } from "./grid";
import { ImportDialog } from "./ImportDialog";
import { keeperOf, keptRows } from "./kept";
import { LevelDialog } from "./LevelDialog";
import { keyOf, type Level } from "./level";
import { StockCards } from "./StockCards";
import { StockGrid } from "./StockGrid";
import { say } from "./words";
import "../grid/values.css";
import "../grid/grid.css";
import "../grid/cards.css";
import "../pages/lists/listing.css";
import "./stock.css";

const GATHER_MS = 400;

/** One's own stock: what there is, what is promised, what is coming. `/stock`. */
export function Stock(): JSX.Element {
  const userId = me.value?.user.id ?? "";
  const book = useMemo(() => {
    const kept = keptRows(userId);
    return new StockBook(kept, keeperOf(userId, kept));
  }, [userId]);
  const grid = useMemo(() => new StockGridState(book, may("standard")), [book]);
  const [q, setQ] = useState("");
  const [isShort, setShort] = useState(false);
  const [following, setFollowing] = useState(false);
  const [importing, setImporting] = useState(false);
  const isToFill = useRef(false);
  const settled = useSettled(q.trim());
  useEffect(() => void book.search(settled, isShort), [book, settled, isShort]);
  useEffect(() => () => book.close(), [book]);
  const standing = useFreshness(book);
  const pasted = grid.pasted.value;
  const follow = (levels: readonly Level[]) => {
    setFollowing(false);
    const first = book.follow(levels);
    const row = book.levels.value.findIndex((level) => keyOf(level) === first);
    grid.place(at(Math.max(0, row), COLUMNS.indexOf("on_hand")));
    isToFill.current = true;
  };
  // After the window has closed, which gives the focus back to the button that opened it.
  useEffect(() => {
    if (following || !isToFill.current) return;
    isToFill.current = false;
    grid.focused.value = true;
    document.querySelector<HTMLElement>(".stock-grid .grid-cell.is-active")?.focus();
  }, [following]);
  // Until it is known whether there is any stock they stand nowhere, lest they move from under a hand.
  const isKnown = book.state.value !== "loading" || book.levels.value.length > 0 || !book.isWhole.value;
  const isEmpty = book.state.value === "ready" && book.levels.value.length === 0 && book.isWhole.value && !q;
  const actions = grid.mayWrite && (
    <>
      {/* The server reads the file. */}
      {asOf.value === null && <Button onClick={() => setImporting(true)}>{say("import")}</Button>}
      <Button look="primary" icon="plus" shortcut onClick={() => setFollowing(true)}>
        {say("follow")}
      </Button>
    </>
  );
  // On a phone they have a row of their own, for which there is room from the beginning.
  const room = grid.mayWrite && <i class="stock-room" />;
  return (
    <Page title={say("title")} lead={say("lead")} actions={isKnown ? !isEmpty && actions : room}>
      {isEmpty ? (
        <Teaching actions={actions} />
      ) : (
        <div class="card listing stock">
          <div class="listing-tools">
            <SearchField
              shortcut
              label={say("search.label")}
              placeholder={say("search")}
              value={q}
              onValue={setQ}
            />
            <CheckField label={say("short")} value={isShort} onValue={setShort} />
          </div>
          <Paused isStanding={standing} />
          <Levels
            grid={grid}
            settled={settled}
            isShort={isShort}
            onClear={() => {
              setQ("");
              setShort(false);
              reach("search");
            }}
          />
        </div>
      )}
      <Opened grid={grid} />
      {following && <FollowDialog onFollow={follow} onClose={() => setFollowing(false)} />}
      {(importing || pasted) && (
        <ImportDialog
          pasted={pasted}
          onDone={() => void book.refresh()}
          onClose={() => {
            setImporting(false);
            grid.pasted.value = null;
          }}
        />
      )}
    </Page>
  );
}

interface LevelsProps {
  readonly grid: StockGridState;
  readonly settled: string;
  readonly isShort: boolean;
  readonly onClear: () => void;
}

function Levels(props: LevelsProps): JSX.Element {
  const { book } = props.grid;
  const isNarrow = useIsNarrow();
  const state = book.state.value;
  const none = book.levels.value.length === 0;
  if (none && state === "loading") return <Loading />;
  if (none && state === "failed") {
    return (
      <>
        <Unread problem={book.trouble.value} onRetry={() => void book.searchAgain()} />
        {book.saver.pending.value.size > 0 && <Foot grid={props.grid} />}
      </>
    );
  }
  if (none) {
    const title = props.settled ? say("miss", { q: props.settled }) : say("short.none");
    return (
      <Empty icon={props.settled ? "search" : "stock"} title={title} lead="">
        <Button onClick={props.onClear}>{props.settled ? t("do.clear") : say("short.all")}</Button>
      </Empty>
    );
  }
  return (
    <>
      {isNarrow ? <StockCards grid={props.grid} /> : <StockGrid grid={props.grid} />}
      <More next={book.next.value} state={state} onMore={() => void book.more()} />
      <Foot grid={props.grid} />
    </>
  );
}

function Opened({ grid }: { grid: StockGridState }): JSX.Element | null {
  const level = grid.book.levels.value.find((one) => keyOf(one) === grid.opened.value);
  return level ? <LevelDialog key={keyOf(level)} level={level} grid={grid} /> : null;
}

function Teaching({ actions }: { actions: JSX.Element | false }): JSX.Element {
  return (
    <div class="card">
      <Empty icon="stock" title={say("empty.title")} lead={say(actions ? "empty.lead" : "empty.reader")}>
        {actions && (
          <>
            <ol class="stock-ways">
              <li>{say("empty.one")}</li>
              <li>{say("empty.two")}</li>
              <li>
                {say("empty.three")} {may("manager") && <a href="/settings/tokens">{t("settings.tokens")}</a>}
              </li>
            </ol>
            <div class="bar">{actions}</div>
          </>
        )}
      </Empty>
    </div>
  );
}

/**
 * Read again when others change the stock or an order, and on coming back to the page; ask before leaving with
 * something that is not saved. Gives whether it would be heard that others change something.
 */
function useFreshness(book: StockBook): boolean {
  const waiting = useRef(0);
  const soon = () => {
    clearTimeout(waiting.current);
    // What comes together is read once; what one is saving oneself is read when it is saved.
    waiting.current = window.setTimeout(() => {
      if (book.saver.pending.value.size === 0) void book.refresh();
    }, GATHER_MS);
  };
  const onReturn = () => {
    book.saver.retry();
    soon();
  };
  const standing = useLiveRows({ onRow: soon, onStock: soon, onReturn });
  useEffect(() => () => clearTimeout(waiting.current), []);
  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== "visible") return;
      if (book.saver.pending.value.size === 0) void book.refresh();
    };
    const back = () => {
      book.saver.retry();
      if (book.state.value === "failed") void book.searchAgain();
      else if (asOf.peek() !== null) void book.refresh();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("online", back);
    const unguard = guardLeaving(() => book.saver.pending.value.size > 0);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", back);
      unguard();
    };
  }, [book]);
  return standing;
}
