export { radix } from "./client";
export type { Options, Properties, Radix, TrackedEvent } from "./options";
