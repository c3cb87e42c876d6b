/** What browsers report and TypeScript's types don't have on a common entry. */
interface Entry extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  interactionId: number;
  responseStart: number;
}

/** Shifts less than a second apart, in five seconds at most, count together. */
const SHIFT_GAP = 1_000;
const SHIFT_WINDOW = 5_000;

const found: Record<string, number> = {};
const interactions: Record<number, number> = {};
let first = 0;
let last = 0;
let shifts = 0;
let worst = 0;

function put(name: string, value: number): void {
  found[`$web_vitals_${name}_value`] = +value.toFixed(4);
}

function observe(type: string, each: (entry: Entry) => void): void {
  const observer = new PerformanceObserver((list) => (list.getEntries() as Entry[]).forEach(each));
  observer.observe({ type, buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
}

/** Begins to measure how fast the page is. */
export function measure(): void {
  observe("navigation", (entry) => put("TTFB", entry.responseStart));
  observe("event", ({ interactionId, duration }) => {
    if (interactionId && !((interactions[interactionId] as number) > duration))
      interactions[interactionId] = duration;
  });
  observe("layout-shift", ({ startTime, value, hadRecentInput }) => {
    if (hadRecentInput) return;
    if (startTime - last > SHIFT_GAP || startTime - first > SHIFT_WINDOW) {
      shifts = 0;
      first = startTime;
    }
    last = startTime;
    shifts += value;
    if (shifts > worst) worst = shifts;
  });
  // A page opened in the background paints when somebody looks at it, which says nothing.
  if (document.hidden) return;
  observe("largest-contentful-paint", (entry) => put("LCP", entry.startTime));
  // The first paint of anything comes before the first of contents, which stays.
  observe("paint", (entry) => put("FCP", entry.startTime));
}

/** Returns what was measured so far. */
export function measured(): Record<string, number> {
  if ("LayoutShift" in window) put("CLS", worst);
  const slowest = Object.values(interactions).sort((a, b) => b - a);
  // One in fifty may be an accident.
  const accidents = ((performance as { interactionCount?: number }).interactionCount as number) / 50;
  const slow = slowest.slice(0, accidents + 1 || 1).pop();
  if (slow) put("INP", slow);
  return found;
}
