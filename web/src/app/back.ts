type Hold = (event: PopStateEvent) => void;

const holders = new Set<Hold>();

/**
 * Lets a page hear that the browser went back before the router does, which would draw the other page at once. To be
 * called before the router listens: of a window, who came first hears first.
 */
export function followBack(): void {
  addEventListener("popstate", (event) => {
    const [hold] = holders;
    hold?.(event);
  });
}

/** Has `hold` hear of it, unless another does already. Gives the way to stop. */
export function holdBack(hold: Hold): () => void {
  holders.add(hold);
  return () => void holders.delete(hold);
}
