import type { Properties } from "./options.js";

/** Longer texts are cut. */
const LONGEST_TEXT = 8_192;

/**
 * Returns what can be sent of what a page passes: values that contain themselves, that throw when they are read, and
 * functions are left out; long texts are cut, and whole numbers beyond JSON's become texts.
 */
export function plain(given?: Properties): Properties {
  const found: Properties = {};
  for (const name in given) {
    try {
      const json = JSON.stringify(given[name], (_, value) =>
        /string|bigint/.test(typeof value) ? `${value}`.slice(0, LONGEST_TEXT) : value,
      );
      found[name] = JSON.parse(json);
    } catch {}
  }
  return found;
}
