// Web server logs in combined format: one made up, and a recount of any that knows nothing of the program under test.
import { readFileSync, writeFileSync } from "node:fs";
import { chooser } from "./random.mjs";

const agents = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "curl/8.5.0",
];
const pages = [
  "/",
  "/pricing",
  "/docs/start",
  "/docs/api?page=2",
  "/blog/one",
  "/blog/two",
  "/about",
  "/style.css",
  "/logo.png",
];
const referrers = [
  "-",
  "https://www.google.com/",
  "https://news.ycombinator.com/item?id=1",
  "https://example.org/links",
];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const zones = ["+0000", "+0200", "-0500"];

/** Writes a log of many lines, always the same, and a few that are no requests. */
export function writeLog(path, { lines = 4_000, broken = 3 } = {}) {
  const choose = chooser(20_260_501);
  const begin = Date.UTC(2026, 3, 27, 22, 0, 0);
  const text = [];
  for (let number = 0; number < lines; number += 1) {
    // Four days and a bit, so that the first and the last are not whole.
    const instant = begin + Math.floor((number / lines) * 4.3 * 86_400_000) + choose(20_000);
    const address = `203.0.${choose(4)}.${choose(60)}`;
    const page = pages[Math.min(choose(pages.length), choose(pages.length))];
    const method = choose(20) === 0 ? "POST" : "GET";
    const status = [200, 200, 200, 304, 404, 500][choose(6)];
    const when = stamp(instant, zones[choose(zones.length)]);
    const request = `${method} ${page} HTTP/1.1`;
    const referrer = referrers[choose(referrers.length)];
    text.push(
      `${address} - - [${when}] "${request}" ${status} ${choose(50_000)} "${referrer}" "${agents[choose(agents.length)]}"`,
    );
  }
  for (let number = 0; number < broken; number += 1)
    text.splice(number * 100, 0, `this is no request ${number}`);
  writeFileSync(path, `${text.join("\n")}\n`);
}

function stamp(instant, zone) {
  const local = new Date(instant + offsetMs(zone));
  const two = (value) => String(value).padStart(2, "0");
  const date = `${two(local.getUTCDate())}/${months[local.getUTCMonth()]}/${local.getUTCFullYear()}`;
  return `${date}:${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${zone}`;
}

function offsetMs(zone) {
  const sign = zone.startsWith("-") ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))) * 60_000;
}

// What follows the bytes may be cut short; the request is whole by then.
const line =
  /^(\S+) \S+ .*?\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)/;

/** A request that a person would call a page: fetched well, and no picture, style or script by its name. */
function isView(method, path, status) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    method === "GET" &&
    ["200", "304"].includes(status) &&
    (!name.includes(".") || /\.(html?|php|aspx?|jsp)$/i.test(name))
  );
}

// The words that the guide's page on collecting names; a log's own crawlers may have others, which a parser knows.
const programs =
  /https?:\/\/|feed|ruby|libfetch|bot|crawl|spider|slurp|headlesschrome|lighthouse|phantomjs|curl\/|wget\/|python|go-http-client|java\/|libwww|scrapy|httpclient|http_request|aiohttp|axios\/|node-fetch|monitor|preview|facebookexternalhit|ahc\/|nagios|pingdom/i;

/** Tells whether a program fetched it, by the rule that is published. */
function isProgram(agent) {
  return programs.test(agent) && !/cubot/i.test(agent);
}

function noViews() {
  return { events: 0, addresses: new Set(), paths: new Map(), visitors: new Map(), days: new Map() };
}

/** Counts what a log holds: all of it, the views among it, and those of people. */
export function recount(file) {
  const all = { events: 0, bots: 0, refused: 0, addresses: new Set(), paths: new Map() };
  const views = noViews();
  const people = noViews();
  for (const text of readFileSync(file, "utf8").split("\n")) {
    if (text.trim() === "") continue;
    const found = line.exec(text);
    if (!found) {
      all.refused += 1;
      continue;
    }
    const [, address, day, month, year, hour, minute, second, zone, request, status] = found;
    const clock = [
      Number(year),
      months.indexOf(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ];
    const date = new Date(Date.UTC(...clock) - offsetMs(zone)).toISOString().slice(0, 10);
    const [method, target = ""] = request.split(" ");
    const path = target.split(/[?#]/)[0];
    all.events += 1;
    all.addresses.add(address);
    add(all.paths, path);
    const agent = /"((?:[^"\\]|\\.)*)"\s*$/.exec(text.slice(found[0].length))?.[1] ?? "";
    const isBot = isProgram(agent);
    if (isBot) all.bots += 1;
    if (!isView(method, path, status)) continue;
    see(views, { address, path, date });
    if (!isBot) see(people, { address, path, date });
  }
  return { all, views, people };
}

function see(counts, { address, path, date }) {
  counts.events += 1;
  counts.addresses.add(address);
  add(counts.paths, path);
  add(counts.days, date);
  counts.visitors.set(path, (counts.visitors.get(path) ?? new Set()).add(address));
}

/** Returns the entries of a count, greatest first. */
export function ranked(counts) {
  return [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

function add(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
