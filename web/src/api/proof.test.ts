import { beforeAll, expect, test, vi } from "vitest";
import { problemOf } from "./problem";
import { askForProofBy } from "./proof";

const refused = () =>
  new Response(JSON.stringify({ code: "proof_required", status: 403 }), {
    status: 403,
    headers: { "content-type": "application/problem+json" },
  });

const sent: string[] = [];
let api: typeof import("./client").api;

let isProved = () => false;

/** A server that wants a proof until one was given. The client takes hold of these when it is loaded. */
beforeAll(async () => {
  class FromHere extends Request {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(typeof input === "string" ? new URL(input, "http://radix.test") : input, init);
    }
  }
  vi.stubGlobal("Request", FromHere);
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
    return isProved() ? new Response(null, { status: 202 }) : refused();
  });
  ({ api } = await import("./client"));
});

function server(proved: () => boolean) {
  sent.length = 0;
  isProved = proved;
}

const change = () => api.POST("/api/v1/me/email", { body: { email: "ada@example.com" } });
const asked = 'POST /api/v1/me/email {"email":"ada@example.com"}';

test("a change that wants a proof is sent again, as it was, once there is one", async () => {
  let proved = false;
  server(() => proved);
  const stop = askForProofBy(async () => {
    proved = true;
    return true;
  });
  const { response } = await change();
  expect(response.status).toBe(202);
  expect(sent).toEqual([asked, asked]);
  stop();
});

test("who doesn't prove it gets the refusal, and nothing is sent again", async () => {
  server(() => false);
  const stop = askForProofBy(async () => false);
  const error = await change().catch((thrown: unknown) => problemOf(thrown));
  expect(error).toMatchObject({ status: 403, code: "proof_required" });
  expect(sent).toEqual([asked]);
  stop();
});

test("a second refusal is not asked about again", async () => {
  server(() => false);
  const ask = vi.fn(async () => true);
  const stop = askForProofBy(ask);
  await expect(change()).rejects.toMatchObject({ code: "proof_required" });
  expect(ask).toHaveBeenCalledTimes(1);
  expect(sent).toHaveLength(2);
  stop();
});

test("two changes at once ask once", async () => {
  let proved = false;
  server(() => proved);
  const ask = vi.fn(async () => {
    await Promise.resolve();
    proved = true;
    return true;
  });
  const stop = askForProofBy(ask);
  await Promise.all([change(), change()]);
  expect(ask).toHaveBeenCalledTimes(1);
  stop();
});
