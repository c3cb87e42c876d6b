import { afterEach, expect, test, vi } from "vitest";
import { api } from "./client";
import { Problem } from "./problem";
import { ifMatch, latestOwn, noteOwn } from "./versions";

const url = "http://radix.test/api/v1/projects/p";

afterEach(() => vi.unstubAllGlobals());

test("what this page has changed itself is followed, also back to where it began", () => {
  noteOwn(url, "a", "b");
  noteOwn(url, "b", "c");
  expect(latestOwn(url, "a")).toBe("c");
  expect(latestOwn(`${url}/other`, "a")).toBe("a");
  noteOwn(url, "c", "a");
  expect(latestOwn(url, "b")).toBe("a");
  expect(latestOwn(url, "a")).toBe("a");
});

/** A server that knows one project, which somebody else has changed. */
function serve(current: string) {
  const asked: (string | null)[] = [];
  const answer = async (request: Request) => {
    const wanted = request.headers.get("If-Match");
    asked.push(wanted);
    const bodies = await request.json();
    if (wanted === `"${current}"`) {
      const headers = { "content-type": "application/json", etag: '"after"' };
      return new Response(JSON.stringify({ ...bodies, version: "after" }), { headers });
    }
    const changes = [{ at: "2026-03-02T12:00:00Z", by: "Ada", action: "project.update", fields: ["name"] }];
    const problem = { code: "changed_meanwhile", changed: { version: current, changes } };
    return new Response(JSON.stringify(problem), {
      status: 412,
      headers: { "content-type": "application/problem+json" },
    });
  };
  vi.stubGlobal("fetch", answer);
  return asked;
}

const edit = (project: string, version: string) =>
  api.PATCH("/api/v1/projects/{project}", {
    baseUrl: "http://radix.test/",
    // The client has taken the one that was there when it was made.
    fetch: (request) => globalThis.fetch(request),
    params: { path: { project }, header: ifMatch(version) },
    body: { name: "Mine" },
  });

test("a change of what somebody else has changed says who, and can be made all the same", async () => {
  const asked = serve("theirs");
  const problem = await edit("q", "seen").catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(Problem);
  if (!(problem instanceof Problem)) return;
  expect(problem.changed?.changes[0]?.by).toBe("Ada");
  await problem.overwrite?.();
  expect(asked).toEqual(['"seen"', '"theirs"']);
  // Whoever began with what they had seen goes on from what they have made of it.
  expect(latestOwn("http://radix.test/api/v1/projects/q", "seen")).toBe("after");
});

test("the second form of a page is for what the first has saved", async () => {
  const asked = serve("seen");
  await edit("r", "seen");
  const changed = serve("after");
  await edit("r", "seen");
  expect([...asked, ...changed]).toEqual(['"seen"', '"after"']);
});
