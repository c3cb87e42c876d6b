import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Returns how wide an element is, now and whenever it changes; 0 until that is known. */
export function useWidth<Element extends HTMLElement>(): [RefObject<Element | null>, number] {
  const element = useRef<Element>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const measured = element.current;
    setWidth(measured.clientWidth);
    const watcher = new ResizeObserver(() => setWidth(measured.clientWidth));
    watcher.observe(measured);
    return () => watcher.disconnect();
  }, []);
  return [element, width];
}
