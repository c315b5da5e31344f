import { useEffect, useState } from "preact/hooks";

const NARROW = "(max-width: 767px)";

/** Whether the screen is too narrow for a grid. What is printed stays what it is on the screen. */
export function useIsNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => matchMedia("print").matches || setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}
