import { useEffect, useState } from "preact/hooks";

const NARROW = "(max-width: 767px)";

/** Whether the screen is too narrow for a grid. */
export function useIsNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}
