// A small product's page views, the same each time but for the day they are counted from.
import { chooser } from "./random.mjs";

const browsers = {
  Chrome:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  Firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  Safari:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  Edge: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
};
const pages = ["/", "/pricing", "/docs", "/blog/first", "/about"];

/** Returns page views of 60 people over the last 12 days. */
export function pageViews(amount = 400, now = Date.now()) {
  const choose = chooser(7);
  const names = Object.keys(browsers);
  return Array.from({ length: amount }, () => {
    const person = Math.min(choose(60), choose(60));
    const page = pages[Math.min(choose(pages.length), choose(pages.length))];
    return {
      event: "$pageview",
      distinct_id: `person ${person}`,
      timestamp: new Date(now - choose(12 * 86_400_000)).toISOString(),
      user_agent: browsers[names[Math.min(person % 4, person % 3)]],
      properties: { $current_url: `https://shop.example.com${page}`, $referrer: "https://www.google.com/" },
    };
  });
}
