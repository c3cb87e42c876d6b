import { settings } from "./settings.js";
import { read, write } from "./storage.js";

/** Events wait so long for company. */
const COMPANY = 1_000;
/** The first pause after a failure; each further one is twice as long. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 300_000;
/** Events of a request. */
const BATCH = 50;
/** Events that wait; of more, the oldest are given up. */
const LONGEST_QUEUE = 500;
/** Characters of a request that a browser still sends for a page that is gone: it keeps 64 KB, a character may take three bytes. */
const KEPT_ALIVE = 20_000;
/** The server may have forgotten ids of older events, and is told to look them up. */
const OLD = 6 * 3_600_000;

/** The end of the name that events are kept under: two projects on one site must not send each other's. */
let entry: string;
let events: string[];
let held: string[] = [];
let isFlying = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let size = BATCH;
let failures = 0;
/** Milliseconds that the server asked to wait. */
let asked = 0;

/**
 * Begins to send events until the server has them.
 *
 * An event leaves the queue when the server has answered for it, not before. All tabs write down in one place what
 * waits, and a page that opens takes over what it finds: what two of them send has one id, and counts once.
 */
export function beginSending(): void {
  entry = `.${settings.key}`;
  events = stored();
  wait(COMPANY);
}

/** Adds an event, as JSON, and sends it soon. */
export function add(event?: string): void {
  if (!event) return;
  events = events.concat(event).slice(-LONGEST_QUEUE);
  note([], [event]);
  wait(COMPANY);
}

/** Sends what waits, at once, unless the server has asked for patience. */
export function flush(): Promise<void> | undefined {
  return asked ? undefined : send(true);
}

/** Writes this event down to be sent by the next page, should this one never wake again. */
export function hold(event?: string): void {
  const gone = held;
  held = event ? [event] : [];
  note(gone, held);
}

/** Forgets what waits. */
export function clear(): void {
  events = [];
  write(entry);
}

async function send(isUrgent?: boolean): Promise<void> {
  timer = clearTimeout(timer) as undefined;
  // One request after the other, but for a page that goes.
  if (!events[0] || (isFlying && !isUrgent)) return;
  isFlying = true;
  const batch = events.splice(0, size);
  let status = 0;
  let pause = 0;
  asked = 0;
  try {
    const now = Date.now();
    // The first number so long is the first event's time.
    const historical = now - (/\d{13}/.exec(batch[0] as string) as unknown as number) > OLD;
    const body = `{"api_key":"${settings.key}","sent_at":${now},"historical":${historical},"batch":[${batch}]}`;
    // A text needs no question in advance whether this origin may send it.
    const keepalive = body.length < KEPT_ALIVE;
    const reply = await fetch(settings.api, {
      method: "POST",
      body,
      keepalive,
      credentials: "omit",
    });
    status = reply.status;
    asked = +(reply.headers.get("retry-after") as string) * 1e3 || 0;
  } catch {
    // No network, or something that blocks: the same as no answer.
  }
  const isTooLarge = status === 413 && batch[1];
  if (isTooLarge) size = batch.length >> 1;
  // Pages that failed together must not come back together.
  else if (/^0|408|429|^5/.test(`${status}`))
    pause = asked || Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++ * (0.5 + Math.random()));
  else failures = 0;
  if (isTooLarge || pause) events = batch.concat(events);
  else note(batch);
  isFlying = false;
  wait(pause);
}

function wait(pause: number): void {
  if (events[0] && !isFlying) timer ??= setTimeout(send, pause);
}

/** Writes down that events are gone, and others have come. */
function note(gone: string[], come: string[] = []): void {
  const left = stored()
    .filter((event) => !gone.includes(event))
    .concat(come)
    .slice(-LONGEST_QUEUE);
  write(entry, left[0] ? left : undefined);
}

function stored(): string[] {
  return ([] as string[]).concat((read(entry) as string[]) || []);
}
