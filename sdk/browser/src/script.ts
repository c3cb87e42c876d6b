// What the script tag loads: reads its attributes, and does what the page asked for before it was there.
import { radix } from "./client.js";
import type { Options } from "./options.js";
import { settings } from "./settings.js";

const page = window as unknown as { radix?: unknown };
const earlier = page.radix as { init?: unknown } & unknown[][];
// A module, and what import() loads, has no script of its own: the tag that holds the key is taken.
const script = (document.currentScript || document.querySelector("[data-key^=rdx_]")) as HTMLScriptElement;

// A second script tag does nothing.
if (!earlier?.init) {
  page.radix = radix;
  earlier?.forEach?.(radix.push);
  if (script) {
    // A path that names nothing, in the folder that the script came from: so both stand behind one proxied prefix.
    const options: Record<string, unknown> = { api: new URL("r/e", script.src) };
    for (const name in script.dataset) {
      const value = script.dataset[name];
      options[name] = value !== "false" && (value || 1);
    }
    radix.init(options as unknown as Options);
  }
  // The page may call init itself, which takes it a moment.
  // biome-ignore lint/suspicious/noConsole: whoever builds the page shall know.
  setTimeout(() => settings || console.warn("radix: no key"), 3e3);
}
