export { radix } from "./client.js";
export type { Options, Properties, Radix, TrackedEvent } from "./options.js";
