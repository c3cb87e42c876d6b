/** Values of an event or of a person. */
export type Properties = Record<string, unknown>;

/** An event before it is sent. */
export interface TrackedEvent {
  event_id: string;
  /** Milliseconds since 1970, by the visitor's clock. */
  timestamp: number;
  event: string;
  distinct_id: string;
  session_id?: string;
  properties: Properties;
}

/** How to record. The script tag takes them as attributes: `data-key`, `data-opt-in` … */
export interface Options {
  /** The project's key for sending events. */
  key: string;
  /** Where events go: the server's `/r/e`. The script tag finds it beside the script unless told. */
  api?: string;
  /** Keeps nothing on the device: a visitor is one loaded page. */
  cookieless?: boolean;
  /** Records and keeps nothing before `optIn()`. */
  optIn?: boolean;
  /** Records although the browser says Do Not Track or Global Privacy Control. */
  ignoreDnt?: boolean;
  /** Counts a change after the `#` as a new page. */
  hash?: boolean;
  /**
   * Names of events not to record, with spaces between, such as `"$form_submit $web_vitals"`; `pages` among them leaves
   * page views to calls of `page()`.
   */
  off?: string;
  /** The name under which the device keeps things; `radix` unless told. */
  name?: string;
  /** Sees each event before it is queued, and returns it, changed or not, or nothing to drop it. */
  before?: (event: TrackedEvent) => TrackedEvent | null | undefined | false;
}

/** What a page can call. No call throws, whatever it is given. */
export interface Radix {
  /** Begins to record; later calls do nothing. */
  init(options: Options): void;
  /** Records that something happened. */
  track(name: string, properties?: Properties): void;
  /** Records a page view; needed only where `pages` is off. */
  page(properties?: Properties): void;
  /** Says who the visitor is, by your id; what they did before is theirs. */
  identify(id: string | number, traits?: Properties): void;
  /** Says that another id means this visitor too. */
  alias(id: string | number): void;
  /** Says which group, such as a company, the visitor belongs to from now on. */
  group(type: string, key: string | number, traits?: Properties): void;
  /** Forgets who the visitor is, as after signing out. */
  reset(): void;
  /** Records nothing on this device any more, and forgets what is kept of the visitor. */
  optOut(): void;
  /** Records again, whatever the browser's signals say. */
  optIn(): void;
  /** Sends at once what waits. */
  flush(): Promise<void> | undefined;
  /** Returns the visitor's id, for a server that sends events of the same visitor. */
  id(): string | undefined;
  /** Does one call of a list, as `["track", "signed up"]`: the form that works before the script is there. */
  push(call: unknown[]): void;
}
