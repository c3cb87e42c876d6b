import { describe, expect, it } from "vitest";
import { open } from "./page";

const go = (
  page: Awaited<ReturnType<typeof open>>,
  url: string,
  way: "pushState" | "replaceState" = "pushState",
) => page.window.history[way](null, "", url);

describe("a page view", () => {
  it("says where it is, where it came from and on what screen", async () => {
    const page = await open(
      {},
      {
        url: "https://shop.example/a?utm_source=news&gclid=1&msclkid=2&secret=3#part",
        referrer: "https://www.google.com/",
        navigator: { webdriver: true },
      },
    );
    await page.pass(1_000);
    expect(page.sent()).toHaveLength(1);
    expect(page.sent()[0]).toMatchObject({ event: "$pageview", timestamp: Date.now() - 1_000 });
    expect(page.sent()[0]?.properties).toEqual({
      $current_url: "https://shop.example/a?utm_source=news&gclid=1&msclkid=2&secret=3#part",
      $referrer: "https://www.google.com/",
      $screen_width: 1920,
      $screen_height: 1080,
      $language: "en-GB",
      $timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      $webdriver: true,
      $lib: "radix-js",
      $lib_version: "1.2.3",
      utm_source: "news",
      gclid: "1",
      msclkid: "2",
    });
  });

  it("is counted once for each path of a single-page application", async () => {
    const page = await open();
    go(page, "/");
    go(page, "/?filter=1");
    go(page, "/#part");
    go(page, "/next");
    go(page, "/next", "replaceState");
    go(page, "/moved", "replaceState");
    page.window.dispatchEvent(new page.window.Event("popstate"));
    await page.pass(1_000);
    const views = page
      .sent("$pageview")
      .map(({ properties }) => [properties.$current_url, properties.$referrer]);
    expect(views).toEqual([
      ["https://shop.example/", undefined],
      ["https://shop.example/next", "https://shop.example/"],
      ["https://shop.example/moved", "https://shop.example/next"],
    ]);
    expect(page.sent("$pageleave").map(({ properties }) => properties.$current_url)).toEqual([
      "https://shop.example/",
      "https://shop.example/next",
    ]);
  });

  it("counts what follows the # only where that is asked for", async () => {
    const page = await open({ hash: true });
    go(page, "/#/two");
    await page.pass(1_000);
    expect(page.sent("$pageview")).toHaveLength(2);
  });

  it("tells once how long it was seen", async () => {
    const page = await open();
    await page.pass(5_000);
    page.hide();
    await page.pass(100_000);
    page.hide(false);
    await page.pass(2_000);
    expect(page.sent("$pageleave")).toHaveLength(0);
    await page.leave();
    expect(page.sent("$pageleave").map(({ properties }) => properties.$prev_pageview_duration)).toEqual([7]);
    expect(page.storage["radix.rdx_test"]).toBeUndefined();
  });

  it("is ended by the next page where it was put to sleep and never woke", async () => {
    const one = await open();
    await one.pass(5_000);
    one.hide();
    await one.pass(60_000);
    expect(one.sent("$pageleave")).toHaveLength(0);
    const two = await open({}, { storage: one.storage });
    await two.pass(1_000);
    expect(two.sent("$pageleave")[0]?.properties.$prev_pageview_duration).toBe(5);
  });

  it("is a new one when a page comes back as it was left", async () => {
    const page = await open();
    await page.leave();
    const back = Object.assign(new page.window.Event("pageshow"), { persisted: true });
    page.window.dispatchEvent(back);
    await page.pass(1_000);
    expect(page.sent("$pageview")).toHaveLength(2);
  });

  it("is none before somebody sees what the browser has loaded ahead", async () => {
    const page = await open({}, { prerendering: true });
    await page.pass(5_000);
    expect(page.sent()).toEqual([]);
    Object.assign(page.window.document, { prerendering: false });
    page.window.document.dispatchEvent(new page.window.Event("prerenderingchange", { bubbles: true }));
    await page.pass(1_000);
    expect(page.sent("$pageview")).toHaveLength(1);
  });

  it("is left to the page where pages are off", async () => {
    const page = await open({ off: "pages $pageleave $web_vitals" });
    go(page, "/next");
    page.radix.page({ title: "Next" });
    await page.leave();
    expect(page.sent().map(({ event, properties }) => [event, properties.title])).toEqual([
      ["$pageview", "Next"],
    ]);
  });
});

describe("clicks and forms", () => {
  it("tells of links to other sites, whichever part and button", async () => {
    const page = await open();
    page.click('<a href="https://other.example/middle">out</a>', { button: 1, type: "auxclick" });
    page.click('<a href="https://other.example/menu">out</a>', { button: 2, type: "auxclick" });
    page.click('<a href="/inside">in</a>');
    page.click('<a href="mailto:a@b.example">mail</a>');
    page.click('<a name="no link">none</a>');
    page.click("<p>text</p>");
    // The last, since the simulated browser follows it.
    page.click('<a href="https://other.example/x?y=1"><b data-here>out</b></a>');
    await page.pass(1_000);
    expect(page.sent("$outbound_link").map(({ properties }) => properties.$link_url)).toEqual([
      "https://other.example/middle",
      "https://other.example/x?y=1",
    ]);
  });

  it("tells of files, on this site and others", async () => {
    const page = await open();
    page.click('<a href="/list.PDF?v=1">list</a>');
    page.click('<a href="https://cdn.example/a.zip">zip</a>');
    page.click('<a href="/export" download>export</a>');
    page.click('<a href="/pdf">page</a>');
    await page.pass(1_000);
    expect(page.sent("$file_download")).toHaveLength(3);
    expect(page.sent("$outbound_link")).toHaveLength(0);
  });

  it("tells which form was sent, and never what was entered", async () => {
    const page = await open();
    page.window.document.body.innerHTML = `<form id="f" action="/buy?token=secret">
      <input name="id" value="a"><input name="action" value="b"><input name="card" value="4111"></form>`;
    const form = page.window.document.querySelector("form") as unknown as EventTarget;
    form.dispatchEvent(new page.window.Event("submit", { bubbles: true }) as unknown as Event);
    await page.pass(1_000);
    const [event] = page.sent("$form_submit");
    expect(event?.properties).toMatchObject({ $form_id: "f", $form_action: "/buy" });
    expect(JSON.stringify(event)).not.toMatch(/4111|secret/);
  });
});
