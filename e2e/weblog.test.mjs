// A web server's log: what is imported, asked and shown is what anyone can recount. WEBLOG names a real file to use.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { count, people } from "./support/api.mjs";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { readTable } from "./support/table.mjs";
import { ranked, recount, writeLog } from "./support/weblog.mjs";

const views = "$pageview";
/** People and programs: whatever the log holds. */
const traffic = "all";

test("a web server's log", async (context) => {
  const instance = Instance.create(context);
  const file = process.env.WEBLOG ?? join(instance.data, "access.log");
  if (!process.env.WEBLOG) writeLog(file);
  const expected = recount(file);

  await context.test("is imported while no server runs, and what is no request is reported", async () => {
    const { code, output } = await instance.run("import", file);

    assert.equal(code, expected.all.refused ? 2 : 0, output);
    assert.match(output, told(expected.all.events, 0, expected.all.refused));
  });

  await context.test("adds nothing when it is imported again", async () => {
    const { code, output } = await instance.run("import", file);

    assert.equal(code, expected.all.refused ? 2 : 0, output);
    assert.match(output, told(0, expected.all.events, expected.all.refused));
  });

  await instance.start();
  const api = await instance.claim();
  const days = ranked(expected.views.days)
    .map(([day]) => day)
    .sort();
  const range = { kind: "dates", from: days[0], to: days.at(-1) };

  await context.test("has as many events and client addresses in the API", async () => {
    assert.equal(await api.total({ traffic, series: [count()] }), expected.all.events);
    assert.equal(await api.total({ traffic, series: [people()] }), expected.all.addresses.size);
    assert.equal(await api.total({ traffic, series: [count(views)] }), expected.views.events);
    assert.equal(await api.total({ traffic, series: [people(views)] }), expected.views.addresses.size);
  });

  await context.test(
    "leaves out what programs fetched, and nothing else, unless all traffic is asked for",
    async () => {
      assert.equal(await api.total({ traffic: "bots", series: [count()] }), expected.all.bots);
      assert.equal(await api.total({ series: [count()] }), expected.all.events - expected.all.bots);
      assert.equal(await api.total({ series: [count(views)] }), expected.people.events);
      assert.equal(await api.total({ series: [people(views)] }), expected.people.addresses.size);
    },
  );

  await context.test("has the same most requested paths in the API", async () => {
    const answer = await api.trends({
      traffic,
      series: [count()],
      breakdown: { property: "$pathname", limit: 5 },
    });

    const lines = answer.lines.filter((line) => line.breakdown.kind === "value");
    assert.equal(lines.length, 5);
    assert.deepEqual(
      lines.map((line) => line.total),
      ranked(expected.all.paths)
        .slice(0, 5)
        .map(([, times]) => times),
    );
    for (const line of lines)
      assert.equal(line.total, expected.all.paths.get(line.breakdown.value), line.breakdown.value);
  });

  await context.test("has the same views a day in the API", async () => {
    const answer = await api.trends({ traffic, series: [count(views)], range, interval: "day" });

    const counted = answer.buckets.map((bucket, index) => [
      bucket.start.slice(0, 10),
      answer.lines[0].values[index],
    ]);
    assert.deepEqual(
      counted.filter(([, value]) => value > 0),
      ranked(expected.views.days).sort(),
    );
  });

  const page = await open(context);
  await signIn(page, instance);
  await page.waitForURL(/\/p\//);

  await context.test("shows the same visitors, views and top page of people on Home", async () => {
    await page.getByRole("button", { name: "Show all time" }).click();

    assert.equal(await tile(page, "Visitors"), expected.people.addresses.size);
    assert.equal(await tile(page, "Page views"), expected.people.events);
    const visitors = new Map(
      [...expected.people.visitors].map(([path, addresses]) => [path, addresses.size]),
    );
    const first = page.getByRole("button", { name: /^Show only Path / }).first();
    const [, path, amount] = /^Show only Path (.*), ([\d,]+)$/.exec(await first.getAttribute("aria-label"));
    const most = ranked(visitors)[0][1];
    assert.deepEqual([amount, visitors.get(path)], [most.toLocaleString("en-GB"), most]);
  });

  await context.test("shows the same views of people a day in Explore", async () => {
    const series = encodeURIComponent(JSON.stringify([{ event: views, measure: "count" }]));
    await page.goto(
      `${instance.url}/p/${api.project}/explore?series=${series}&range=${range.from}..${range.to}`,
    );
    await page.getByRole("rowheader").first().waitFor();
    const { columns, rows } = await readTable(page.getByRole("region", { name: "Table" }).getByRole("table"));

    const [[total, ...values]] = rows.values();
    const byColumn = columns.slice(2).map((column, index) => [column, values[index]]);
    const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
    const wanted = ranked(expected.people.days)
      .sort()
      .map(([day, times]) => [dayName.format(new Date(day)), times]);
    assert.deepEqual(
      byColumn.filter(([, value]) => value > 0),
      wanted,
    );
    assert.equal(total, expected.people.events);
  });
});

/** Reads the exact number of a tile, which stands in its title where the tile rounds it. */
async function tile(page, name) {
  const number = page
    .getByRole("button", { name: new RegExp(`^${name}`) })
    .getByTitle(/^[\d,]+$/)
    .first();
  return Number((await number.getAttribute("title")).replaceAll(",", ""));
}

/** What an import tells at its end. */
function told(stored, there, refused) {
  return new RegExp(`: ${stored} stored, ${there} were there already, ${refused} refused`);
}
