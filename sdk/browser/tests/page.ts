import { type HTMLElement as Element, Window } from "happy-dom";
import { afterEach, vi } from "vitest";
import type { Options, Radix } from "../src/options";

/** When tests begin, by every clock. */
export const start = Date.parse("2026-11-21T23:50:00Z");
export const minutes = 60_000;

/** What the server was sent. */
export interface Sent {
  event_id: string;
  event: string;
  distinct_id: string;
  session_id: string;
  timestamp: number;
  properties: Record<string, unknown>;
}

interface Request {
  url: string;
  init: RequestInit;
  body: { api_key: string; sent_at: number; historical: boolean; batch: Sent[] };
}

type Answer = { status: number; retryAfter?: string } | "no network";

export interface Opened {
  radix: Radix;
  window: Window;
  requests: Request[];
  /** Answers to come; the last one is given again and again. */
  answers: Answer[];
  storage: Record<string, string>;
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>;
  /** Everything sent, once for each time it was sent. */
  sent(event?: string): Sent[];
  /** Lets the visitor look away, or come back. */
  hide(isHidden?: boolean): void;
  /** Ends the page. */
  leave(): Promise<void>;
  click(html: string, how?: { button?: number; type?: string }): void;
}

export interface Circumstances {
  url?: string;
  referrer?: string;
  storage?: Record<string, string>;
  answers?: Answer[];
  navigator?: Record<string, unknown>;
  /** Whether the browser loads it before anybody has asked for it. */
  prerendering?: boolean;
  /** Loads the script by a tag with these attributes, instead of calling `init`. */
  tag?: Record<string, string>;
  /** Loads the script as a module into a page that holds this; such a script does not know its tag. */
  module?: string;
  /** What the page has made of `window.radix` before. */
  before?: unknown;
}

afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function parsed(body: string): Request["body"] {
  try {
    return JSON.parse(body);
  } catch {
    return { api_key: "", sent_at: 0, historical: false, batch: [] };
  }
}

/** Opens a page with a tracker of its own, and lets it count its first view. */
export async function open(options: Partial<Options> = {}, how: Circumstances = {}): Promise<Opened> {
  const now = vi.isFakeTimers() ? Date.now() : start;
  vi.resetModules();
  vi.useFakeTimers();
  // This sets the clock back, too.
  vi.clearAllTimers();
  vi.setSystemTime(now);
  const window = new Window({
    url: how.url ?? "https://shop.example/",
  });
  const storage = how.storage ?? {};
  const requests: Request[] = [];
  const answers: Answer[] = how.answers ?? [{ status: 200 }];
  let isHidden = false;
  Object.defineProperty(window.document, "hidden", { get: () => isHidden });
  Object.defineProperty(window.document, "referrer", { value: how.referrer ?? "" });
  Object.assign(window.document, { prerendering: how.prerendering });
  const script = { dataset: how.tag, src: "https://stats.example/lib/radix.js" };
  Object.defineProperty(window.document, "currentScript", { value: how.tag ? script : null });
  const navigator = { language: "en-GB", doNotTrack: null, webdriver: false, ...how.navigator };
  const globals: Record<string, unknown> = {
    window: { radix: how.before },
    document: window.document,
    location: window.location,
    history: window.history,
    screen: { width: 1920, height: 1080 },
    navigator,
    localStorage: storage,
    addEventListener: window.addEventListener.bind(window),
    PerformanceObserver: undefined,
    fetch: async (url: string | URL, init: RequestInit) => {
      requests.push({ url: `${url}`, init, body: parsed(init.body as string) });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
      if (answer === "no network") throw new TypeError("Failed to fetch");
      const headers = new Headers(answer.retryAfter ? { "retry-after": answer.retryAfter } : {});
      return { status: answer.status, headers };
    },
  };
  for (const name in globals) vi.stubGlobal(name, globals[name]);

  let radix: Radix;
  if (how.module !== undefined) window.document.head.innerHTML = how.module;
  if (how.tag || how.module !== undefined) {
    await import("../src/script");
    radix = (globals.window as { radix: Radix }).radix;
  } else {
    radix = (await import("../src/client")).radix;
    radix.init({ key: "rdx_test", api: "https://stats.example/r/e", ...options });
  }
  const opened: Opened = {
    radix,
    window,
    requests,
    answers,
    storage,
    pass: async (milliseconds) => {
      await vi.advanceTimersByTimeAsync(milliseconds);
    },
    sent: (event) => {
      const all = requests.flatMap((request) => request.body.batch);
      return event ? all.filter((one) => one.event === event) : all;
    },
    hide(hidden = true) {
      isHidden = hidden;
      window.document.dispatchEvent(new window.Event("visibilitychange", { bubbles: true }));
    },
    async leave() {
      window.dispatchEvent(new window.Event("pagehide"));
      opened.hide();
      await vi.advanceTimersByTimeAsync(0);
    },
    click(html, { button = 0, type = "click" } = {}) {
      window.document.body.innerHTML = html;
      const target = window.document.querySelector("[data-here]") ?? window.document.body.firstElementChild;
      (target as Element).dispatchEvent(
        new window.MouseEvent(type, { bubbles: true, composed: true, button }),
      );
    },
  };
  return opened;
}
