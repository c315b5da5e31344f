import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading } from "../design/Empty";
import { say } from "../design/Toast";
import { t } from "../words";

/** What is fetched when it is first shown, or `ahead`. */
export type Later<Props> = ComponentType<Props> & { ahead(): void };

const AGAIN_MS = 3000;
const UNKEPT_MS = 20_000;

// What brings a part in asks for its styles once, whatever comes of that: without this it would stand there without any.
globalThis.addEventListener?.(
  "error",
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === "stylesheet")
      setTimeout(() => target.replaceWith(target.cloneNode()), AGAIN_MS);
  },
  true,
);

/** A page fetched when it is first gone to. A failure to fetch it is raised where the page would have stood. */
export function laterPage<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  const one = new Fetched(load);
  function Page(props: Props): JSX.Element {
    const [Found, setFound] = useState<ComponentType<Props> | null>(() => one.fetched);
    const [failure, setFailure] = useState<Error | null>(null);
    useEffect(() => {
      if (!Found) one.fetch().then((page) => setFound(() => page), setFailure);
    }, []);
    if (failure) throw failure;
    return Found ? <Found {...props} /> : <Loading />;
  }
  return Object.assign(Page, { ahead: () => one.ahead() });
}

/**
 * A part of a page that its first view does not show. Nothing stands in its place until it is there; where it cannot be
 * fetched that is said, and it is asked for again: the page around it holds somebody's work.
 */
export function laterPart<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  const one = new Fetched(load);
  function Part(props: Props): JSX.Element | null {
    const [Found, setFound] = useState<ComponentType<Props> | null>(() => one.fetched);
    useEffect(() => {
      let waiting: ReturnType<typeof setTimeout> | undefined;
      let isGone = false;
      const ask = (isFirst: boolean) => {
        const failed = () => {
          if (isGone) return;
          if (isFirst) say(t("problem.offline"));
          waiting = setTimeout(() => ask(false), AGAIN_MS);
        };
        one.fetch().then((part) => isGone || setFound(() => part), failed);
      };
      if (!Found) ask(true);
      return () => {
        isGone = true;
        clearTimeout(waiting);
      };
    }, []);
    return Found ? <Found {...props} /> : null;
  }
  return Object.assign(Part, { ahead: () => one.ahead() });
}

/**
 * Calls back once the worker has the application on this device, so that nothing is fetched twice, or after a while
 * where no worker comes. Gives the way to stop.
 */
export function whenKept(work: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined = setTimeout(work, UNKEPT_MS);
  const stop = () => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  void navigator.serviceWorker?.ready.then(() => {
    if (waiting === undefined) return;
    stop();
    work();
  });
  return stop;
}

class Fetched<Props> {
  fetched: ComponentType<Props> | null = null;
  private fetching: Promise<ComponentType<Props>> | null = null;

  constructor(private readonly load: () => Promise<ComponentType<Props>>) {}

  /** One that failed is fetched anew. */
  fetch(): Promise<ComponentType<Props>> {
    this.fetching ??= this.load().then(
      (found) => {
        this.fetched = found;
        return found;
      },
      (cause) => {
        this.fetching = null;
        throw cause;
      },
    );
    return this.fetching;
  }

  ahead(): void {
    void this.fetch().catch(() => undefined);
  }
}
