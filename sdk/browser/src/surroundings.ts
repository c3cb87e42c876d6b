import type { Properties } from "./options.js";

declare const VERSION: string;

/** What campaigns and advertisers add to an address. */
const CAMPAIGN = /^utm_|clk?id$|braid$|^li_fat_id$/;

/** Returns what every event says of the page and the screen; host and path are in the address. */
export function surroundings(referrer: string): Properties {
  const found: Properties = {
    $current_url: location.href,
    $referrer: referrer || undefined,
    $screen_width: screen.width,
    $screen_height: screen.height,
    $language: navigator.language,
    $timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    $webdriver: navigator.webdriver || undefined,
    $lib: "radix-js",
    $lib_version: VERSION,
  };
  new URLSearchParams(location.search).forEach((value, name) => {
    if (CAMPAIGN.test(name)) found[name] = value;
  });
  return found;
}
