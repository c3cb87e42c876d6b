// One tracker a page: what it knows is state of the modules, since objects around it would cost a tenth of the script.
import type { Options } from "./options.js";

/** Nothing before `init`. */
export let settings: Options & Required<Pick<Options, "name" | "api" | "before">>;

export const settle = (options: Options): unknown =>
  (settings = { name: "radix", api: "/r/e", before: (event) => event, ...options });
