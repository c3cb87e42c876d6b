import type { Middleware } from "openapi-fetch";
import { Problem, readProblem } from "./problem";

/** Something that says which state of it this is. */
export type Seen = { version: string };

/** Makes a change be for the state that its author has seen: where it is another by now, the server refuses. */
export function ifMatch(version: string | undefined): { "If-Match"?: string } {
  return version === undefined ? {} : { "If-Match": `"${version}"` };
}

/** What this page has made of a state itself: whoever began with the one knows the other. */
const own = new Map<string, string>();
/** What was sent, to send it again over what somebody else has done meanwhile. */
const sent = new WeakMap<Request, Request>();

const keyOf = (url: string, version: string) => `${url} ${version}`;

/** Follows what this page itself has changed since. */
export function latestOwn(url: string, version: string): string {
  let latest = version;
  for (let next = own.get(keyOf(url, latest)); next !== undefined; next = own.get(keyOf(url, latest))) {
    latest = next;
  }
  return latest;
}

/** Notes that this page has made one state of another. */
export function noteOwn(url: string, before: string, after: string): void {
  if (before === after) return;
  // A state that was there before is the latest again: nothing leads on from it.
  own.delete(keyOf(url, after));
  own.set(keyOf(url, before), after);
}

const versionIn = (headers: Headers, name: string) => headers.get(name)?.match(/^"(.*)"$/)?.[1];

/** Sends the version that a change is for, and keeps what is needed to make it all the same. */
export const versions: Middleware = {
  onRequest({ request }) {
    const version = versionIn(request.headers, "If-Match");
    if (version === undefined) return;
    request.headers.set("If-Match", `"${latestOwn(request.url, version)}"`);
    sent.set(request, request.clone());
    return request;
  },
  async onResponse({ request, response }) {
    const before = versionIn(request.headers, "If-Match");
    if (before === undefined) return;
    const after = versionIn(response.headers, "ETag");
    if (response.ok && after !== undefined) noteOwn(request.url, before, after);
    if (response.status !== 412) return;
    const problem = await readProblem(response);
    problem.overwrite = () => overwrite(request, before, problem);
    throw problem;
  },
};

async function overwrite(request: Request, before: string, problem: Problem): Promise<void> {
  const again = sent.get(request)?.clone();
  if (!again) throw new Problem(0, { code: "page_error" });
  const current = problem.changed?.version;
  // What is not there any more can't be overwritten: the server says so.
  again.headers.set("If-Match", current === undefined ? "*" : `"${current}"`);
  const response = await fetch(again);
  if (!response.ok) throw await readProblem(response);
  const after = versionIn(response.headers, "ETag");
  if (after !== undefined) noteOwn(request.url, before, after);
}
