// What the script tag loads: reads its attributes, and does what the page asked for before it was there.
import { radix } from "./client.js";
import type { Options } from "./options.js";

const page = window as unknown as { radix?: unknown };
const earlier = page.radix as { init?: unknown } & unknown[][];
const script = document.currentScript as HTMLScriptElement;

// A second script tag does nothing.
if (!earlier?.init) {
  page.radix = radix;
  earlier?.forEach?.(radix.push);
  if (script) {
    // A path that names nothing, in the folder that the script came from: so both stand behind one proxied prefix.
    const options: Record<string, unknown> = { api: new URL("r/e", script.src) };
    for (const name in script.dataset) {
      const value = script.dataset[name];
      options[name] = value !== "false" && (value || true);
    }
    radix.init(options as unknown as Options);
  }
}
