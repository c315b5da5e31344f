/** Where no frame comes, as in a window that is covered. */
const PATIENCE_MS = 100;

/**
 * Work that waits for the frame in which somebody sees what he typed. It is done in the order in which it was given, at
 * once where the page is not seen or about to go, and never later than `now`.
 */
export class BehindFrame {
  private waiting: (() => void)[] = [];
  private frame = 0;
  private late: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("pagehide", this.now);
    document.addEventListener("visibilitychange", this.now);
  }

  /** Gives what the work gives. */
  add<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = new Promise<Result>((resolve) => {
      this.waiting.push(() => resolve(work()));
    });
    if (document.visibilityState === "hidden") this.now();
    else if (this.waiting.length === 1) this.waitForFrame();
    return done;
  }

  /** Does all that waits. */
  readonly now = (): void => {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.late);
    for (const work of this.waiting.splice(0)) work();
  };

  /** Does all that waits, and nothing by itself any more. */
  close(): void {
    this.now();
    removeEventListener("pagehide", this.now);
    document.removeEventListener("visibilitychange", this.now);
  }

  private waitForFrame(): void {
    // A frame is drawn after its callbacks: what they set a timer for comes behind it.
    this.frame = requestAnimationFrame(() => {
      clearTimeout(this.late);
      this.late = setTimeout(this.now);
    });
    this.late = setTimeout(this.now, PATIENCE_MS);
  }
}
