import type { Options, Properties, Radix, TrackedEvent } from "./options.js";
import { plain } from "./plain.js";
import { add, beginSending, clear, flush, hold } from "./queue.js";
import { settings, settle } from "./settings.js";
import { OUT, read, write } from "./storage.js";
import { surroundings } from "./surroundings.js";
import { uuid } from "./uuid.js";
import { getVisitor, setVisitor, visit } from "./visitor.js";
import { measure, measured } from "./vitals.js";

/** Calls that a page makes before `init` wait; of more, the last are given up. */
const MOST_CALLS = 100;

const FILES = /\.(pdf|(doc|xls|ppt)x?|txt|csv|zip|7z|gz|dmg|pkg|exe|msi|apk|mp[34])$/i;

let referrer: string;
/** What the visitor has said: to record nothing, or to record. */
let choice: unknown;
/** The page as it was loaded, until its speed has been told. */
let landing: Properties | undefined;
const calls: unknown[][] = [];

// The page that is being looked at, if there is one.
let around: Properties | undefined;
let place: string | undefined;
/** The id of its `$pageleave`, so that two tellings of it are one. */
let leaveId: string;
/** Milliseconds it was seen until `since`, when it was last shown; that is 0 while it is hidden. */
let seen: number;
let since: number;

function isOff(what: string): boolean {
  return ` ${settings.off} `.includes(` ${what} `);
}

function isOn(): boolean {
  choice = read(OUT) ?? choice;
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean };
  const isRefused =
    settings.optIn || ((+(doNotTrack as string) || globalPrivacyControl) && !settings.ignoreDnt);
  return !(choice ?? isRefused);
}

/** Returns an event as JSON, or nothing where none may be recorded; `ended` is the page it is the end of. */
function written(event: string, own?: Properties, ended?: Properties, id = uuid()): string | undefined {
  if (!isOn() || isOff(event)) return;
  const [visitor, at] = visit(ended);
  const whole: TrackedEvent = {
    event_id: id,
    // Before what may hold other long numbers: the queue looks for it.
    timestamp: at,
    event: `${event}`,
    distinct_id: visitor.i,
    session_id: visitor.s as string,
    properties: { ...(ended || surroundings(referrer)), $groups: visitor.g, ...plain(own) },
  };
  const passed = settings.before(whole);
  if (passed) return JSON.stringify(passed);
}

function record(event: string, own?: Properties, ended?: Properties): void {
  add(written(event, own, ended));
}

function placeNow(): string {
  return location.pathname + (settings.hash ? location.hash : "");
}

/** Begins a page view, after the one before has ended. */
function open(own?: Properties): void {
  leave();
  around = surroundings(referrer);
  place = placeNow();
  leaveId = uuid();
  seen = 0;
  since = document.hidden ? 0 : Date.now();
  record("$pageview", own);
}

/** Returns the end of the page view as an event. */
function ending(): string | undefined {
  const seconds = (seen + (since && Date.now() - since)) / 1e3;
  return written("$pageleave", { $prev_pageview_duration: seconds }, around, leaveId);
}

function leave(): void {
  if (!around) return;
  hold();
  add(ending());
  referrer = around.$current_url as string;
  place = around = undefined;
}

/** Does what belongs to a page that nobody sees, and that may never be seen again. */
function hide(): void {
  if (landing) record("$web_vitals", measured(), landing);
  landing = undefined;
  if (around && since) {
    hold(ending());
    seen += Date.now() - since;
    since = 0;
  }
  flush();
}

function show(): void {
  since = Date.now();
  hold();
}

/** Begins a page view where the address says that it is another page, and somebody sees it. */
function move(): void {
  if (
    isOn() &&
    !(document as { prerendering?: boolean }).prerendering &&
    !isOff("pages") &&
    place !== placeNow()
  )
    open();
}

/** Tells of links that lead to files and to other sites, whichever button opens them. */
function click(event: MouseEvent): void {
  // The path sees into components that hide their insides.
  const link = (event.composedPath()[0] as Element).closest<HTMLAnchorElement>("a[href]");
  if (!link?.host || event.button > 1) return;
  const file = FILES.test(link.pathname) || link.hasAttribute("download");
  if (file || link.host !== location.host)
    record(file ? "$file_download" : "$outbound_link", { $link_url: link.href });
}

/** Tells that a form was sent: which one, never what was entered. */
function submit(event: Event): void {
  // A field called "action" or "id" hides the form's own property of that name.
  const own = (name: string) => (event.target as Element).getAttribute(name)?.split("?")[0];
  record("$form_submit", { $form_id: own("id"), $form_action: own("action") });
}

function safely<Given extends unknown[]>(act: (...given: Given) => unknown) {
  return (...given: Given) => {
    try {
      return act(...given) as never;
    } catch {}
  };
}

const handlers = {
  visibilitychange: () => (document.hidden ? hide() : show()),
  pagehide() {
    leave();
    hide();
  },
  // A page that comes back as it was left is seen anew.
  pageshow: (event: PageTransitionEvent) => event.persisted && move(),
  popstate: move,
  prerenderingchange: move,
  click,
  auxclick: click,
  submit,
  online: flush,
};

const acts: Omit<Radix, "init" | "push"> = {
  track: (event, own) => record(event, own),
  page: open,
  identify(id, traits) {
    const visitor = getVisitor();
    const { i, k } = visitor;
    const named = `${id ?? ""}`.trim();
    if (!named || (named === i && k && !traits)) return;
    visitor.i = named;
    visitor.k = 1;
    setVisitor(visitor);
    // Two people whose names are known are two people.
    record("$identify", { $anon_distinct_id: k ? undefined : i, $set: traits });
  },
  alias: (id) => record("$create_alias", { alias: `${id}` }),
  group(type, key, traits) {
    const visitor = getVisitor();
    visitor.g = { ...visitor.g, [type]: `${key}` };
    setVisitor(visitor);
    record("$groupidentify", { $group_type: type, $group_key: `${key}`, $group_set: traits });
  },
  reset: () => setVisitor(),
  optOut() {
    choice = 1;
    write(OUT, choice);
    setVisitor();
    clear();
    place = around = undefined;
  },
  optIn() {
    choice = 0;
    write(OUT, choice);
    move();
  },
  flush,
  id: () => getVisitor().i,
};

/** Records what happens on a page. Whatever goes wrong in here stays in here. */
export const radix = {
  init: safely((given: Options) => {
    if (settings || !given.key) return;
    // On a server this fails, and so nothing is recorded there.
    referrer = document.referrer;
    settle(given);
    beginSending();
    landing = surroundings(referrer);
    // What the page said before comes first: it may be that nothing is to be recorded.
    calls.forEach(radix.push);
    for (const type in handlers) addEventListener(type, safely(handlers[type as "popstate"]), true);
    for (const way of ["pushState", "replaceState"] as const) {
      const original = history[way];
      history[way] = (...given) => {
        original.apply(history, given);
        safely(move)();
      };
    }
    move();
    // Last, since an old browser can't.
    measure();
  }),
  push: safely(([act, ...given]: unknown[]) => {
    if (!settings) return void (calls.length < MOST_CALLS && calls.push([act, ...given]));
    // Who does not want to be recorded can still say so, or think again.
    if (isOn() || /opt/.test(act as string))
      return (acts[act as "track"] as (...given: unknown[]) => unknown)(...given);
  }),
} as Radix;

for (const act in acts) radix[act as "page"] = (...given) => radix.push([act, ...given]);
