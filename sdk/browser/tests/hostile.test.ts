import { describe, expect, it, vi } from "vitest";
import { open } from "./page";

describe("a page can't be broken", () => {
  it("by what it passes", async () => {
    const page = await open({ off: "pages" });
    const circle: Record<string, unknown> = { name: "circle" };
    circle.self = circle;
    const own = {
      circle,
      get thrower() {
        throw new Error("no");
      },
      act: () => 1,
      sign: Symbol("s"),
      big: 12345678901234567890n,
      date: new Date(0),
      never: new Date(Number.NaN),
      nan: Number.NaN,
      nothing: undefined,
      empty: null,
      long: "x".repeat(100_000),
      list: [1n, () => 1],
      half: "\ud800",
      fine: 1,
    };
    page.radix.track("odd", own);
    page.radix.track(Symbol("s") as unknown as string);
    page.radix.track(undefined as unknown as string);
    page.radix.track("text", "no object" as never);
    page.radix.push(undefined as never);
    page.radix.push(["no such call"]);
    page.radix.group(undefined as never, undefined as never);
    await page.pass(1_000);
    const [odd] = page.sent("odd");
    expect(odd?.properties).toMatchObject({
      big: "12345678901234567890",
      date: "1970-01-01T00:00:00.000Z",
      never: null,
      nan: null,
      empty: null,
      list: ["1", null],
      fine: 1,
    });
    expect(odd?.properties.long).toHaveLength(8_192);
    for (const name of ["circle", "thrower", "act", "sign", "nothing"])
      expect(odd?.properties).not.toHaveProperty(name);
  });

  it("by storage that is forbidden", async () => {
    const refuse = () => {
      throw new DOMException("denied", "SecurityError");
    };
    const storage = new Proxy({}, { get: refuse, set: refuse, deleteProperty: refuse });
    const page = await open({}, { storage });
    page.radix.track("a");
    page.radix.identify("ada");
    await page.pass(1_000);
    expect(page.sent().map(({ event }) => event)).toEqual(["$pageview", "a", "$identify"]);
    expect(new Set(page.sent().map(({ session_id }) => session_id)).size).toBe(1);
    page.radix.optOut();
    page.radix.track("b");
    await page.pass(1_000);
    expect(page.sent("b")).toEqual([]);
  });

  it("by storage that becomes full: from then on memory counts", async () => {
    let isFull = false;
    const kept: Record<string, string> = {};
    const storage = new Proxy(kept, {
      set(target, name: string, value) {
        if (isFull) throw new DOMException("full", "QuotaExceededError");
        target[name] = value;
        return true;
      },
    });
    const page = await open({}, { storage });
    isFull = true;
    page.radix.identify("ada");
    page.radix.track("a");
    await page.pass(1_000);
    expect(page.sent("a")[0]?.distinct_id).toBe("ada");
  });

  it("by a hook that throws, and lets a hook change and drop", async () => {
    const page = await open({
      off: "pages",
      before: (event) => {
        if (event.event === "throw") throw new Error("no");
        if (event.event === "drop") return null;
        return { ...event, properties: { only: 1 } };
      },
    });
    for (const name of ["throw", "drop", "keep"]) page.radix.track(name);
    await page.pass(1_000);
    expect(page.sent().map(({ event, properties }) => [event, properties])).toEqual([["keep", { only: 1 }]]);
  });

  it("by what belongs to the page: its own pushState works as before", async () => {
    const page = await open();
    vi.stubGlobal("document", undefined);
    expect(page.window.history.pushState({ mine: 1 }, "", "/next")).toBeUndefined();
    expect(page.window.history.state).toEqual({ mine: 1 });
    expect(() => page.window.history.pushState(null, "", "https://elsewhere.example/")).toThrow();
  });
});

describe("the script tag", () => {
  it("reads its attributes, and sends beside where it came from", async () => {
    const page = await open(
      {},
      { tag: { key: "rdx_tag", cookieless: "", ignoreDnt: "false" }, navigator: {} },
    );
    await page.pass(1_000);
    expect(page.requests[0]?.url).toBe("https://stats.example/lib/r/e");
    expect(page.requests[0]?.body.api_key).toBe("rdx_tag");
    expect(page.storage).toEqual({});
    const other = await open({}, { tag: { key: "rdx_tag", api: "/x/y" } });
    await other.pass(1_000);
    expect(other.requests[0]?.url).toBe("/x/y");
    const off = await open(
      {},
      { tag: { key: "rdx_tag", ignoreDnt: "false" }, navigator: { doNotTrack: "1" } },
    );
    await off.pass(1_000);
    expect(off.requests).toEqual([]);
  });

  it("does first what the page asked for before it was there", async () => {
    const before = [["track", "early", { a: 1 }], ["identify", "ada"], "rubbish", null];
    const page = await open({}, { tag: { key: "rdx_tag" }, before });
    page.radix.push(["track", "late"]);
    await page.pass(1_000);
    expect(page.sent().map(({ event }) => event)).toEqual(["early", "$identify", "$pageview", "late"]);
    expect(page.sent("$pageview")[0]?.distinct_id).toBe("ada");
    const out = await open({}, { tag: { key: "rdx_tag" }, before: [["optOut"]] });
    await out.pass(1_000);
    expect(out.requests).toEqual([]);
  });

  it("does nothing a second time, and survives an element of its name", async () => {
    const first = await open({}, { tag: { key: "rdx_tag" } });
    const second = await open({}, { tag: { key: "rdx_tag" }, before: first.radix });
    expect(second.radix).toBe(first.radix);
    await second.pass(1_000);
    expect(second.requests).toEqual([]);
    const named = await open({}, { tag: { key: "rdx_tag" }, before: first.window.document.body });
    await named.pass(1_000);
    expect(named.sent("$pageview")).toHaveLength(1);
  });
});

describe("the module", () => {
  it("keeps calls made before init, and begins once", async () => {
    const page = await open({ key: "" });
    page.radix.track("early");
    page.radix.init({ key: "rdx_one", off: "pages" });
    page.radix.init({ key: "rdx_two" });
    await page.pass(1_000);
    expect(page.sent().map(({ event }) => event)).toEqual(["early"]);
    expect(page.requests[0]?.body.api_key).toBe("rdx_one");
  });

  it("does nothing on a server", async () => {
    vi.resetModules();
    const { radix } = await import("../src/client");
    radix.init({ key: "rdx_one" });
    for (let number = 0; number < 1_000; number += 1) radix.track("a");
    expect(radix.id()).toBeUndefined();
  });
});

describe("where nothing can be recorded, one line says why", () => {
  const lines = () => vi.spyOn(console, "warn").mockImplementation(() => undefined);

  it("a module finds its key by its tag", async () => {
    const warned = lines();
    const page = await open(
      {},
      {
        module: '<script type="module" src="https://stats.example/lib/radix.js" data-key="rdx_tag"></script>',
      },
    );
    await page.pass(5_000);
    expect(page.requests[0]).toMatchObject({
      url: "https://stats.example/lib/r/e",
      body: { api_key: "rdx_tag" },
    });
    expect(warned).not.toHaveBeenCalled();
  });

  it("no key anywhere", async () => {
    const warned = lines();
    for (const module of ["", '<script src="https://other.example/x.js" data-key="theirs"></script>']) {
      warned.mockClear();
      const page = await open({}, { module });
      await page.pass(60_000);
      expect(warned.mock.calls).toEqual([["radix: no key"]]);
      expect(page.requests).toEqual([]);
    }
  });

  it("a page that calls init itself is told nothing", async () => {
    const warned = lines();
    const page = await open({}, { module: "" });
    page.radix.init({ key: "rdx_test", api: "https://stats.example/r/e" });
    await page.pass(5_000);
    expect(page.requests).toHaveLength(1);
    expect(warned).not.toHaveBeenCalled();
  });

  it("a call of init without a key", async () => {
    const warned = lines();
    const page = await open({}, { module: "" });
    page.radix.init({ key: "" });
    await page.pass(60_000);
    expect(warned.mock.calls).toEqual([["radix: no key"]]);
  });

  it("storage that is forbidden is no reason", async () => {
    const warned = lines();
    const storage = new Proxy(
      {},
      {
        get: () => {
          throw new Error("forbidden");
        },
        set: () => false,
      },
    );
    const page = await open({}, { tag: { key: "rdx_tag" }, storage });
    await page.pass(5_000);
    expect(page.sent("$pageview")).toHaveLength(1);
    expect(warned).not.toHaveBeenCalled();
  });

  it("a page that was opened from the disk is recorded", async () => {
    const page = await open({}, { url: "file:///home/ada/index.html" });
    await page.pass(5_000);
    expect(page.sent("$pageview")).toHaveLength(1);
  });
});
