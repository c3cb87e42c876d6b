// A browser opens six connections to a server over HTTP/1.1. Slow questions may take four of them, so that live
// events and the page's own files never wait behind them.
const lanes = 4;
let used = 0;
const waiting: (() => void)[] = [];

/** Runs a question as soon as a lane is free; one that was aborted while it waited never starts. */
export async function inLane<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  if (used >= lanes) await new Promise<void>((resolve) => waiting.push(resolve));
  else used += 1;
  try {
    signal.throwIfAborted();
    return await run();
  } finally {
    const next = waiting.shift();
    // The lane is handed on, so that nobody slips in between.
    if (next) next();
    else used -= 1;
  }
}
