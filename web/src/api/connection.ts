// Whether the server answers. The client reports what it sees; a banner and the query client listen.
type Listener = () => void;

let away = false;
const listeners = new Set<Listener>();
let timer: ReturnType<typeof setTimeout> | undefined;

export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function isAway(): boolean {
  return away;
}

/** Says that a request was answered, whatever the answer. */
export function reportAnswered(): void {
  set(false);
}

/** Says that the server was not reached; asks for it every few seconds until it is back. */
export function reportAway(): void {
  set(true);
  clearTimeout(timer);
  timer = setTimeout(probe, 2500);
}

async function probe(): Promise<void> {
  try {
    const response = await fetch("/healthz", { cache: "no-store" });
    if (response.ok) return reportAnswered();
  } catch {
    // Still away: the next probe follows.
  }
  reportAway();
}

function set(value: boolean): void {
  if (away === value) return;
  away = value;
  for (const listener of listeners) listener();
}
