import { useEffect, useRef } from "react";
import { isSingleKey } from "./singleKeys";

/** Runs something when a single key is pressed, wherever it is no letter for something else. */
export function useKey(key: string, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === key && isSingleKey(event)) {
        event.preventDefault();
        latest.current();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [key]);
}
