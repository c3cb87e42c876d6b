import createClient, { type Middleware } from "openapi-fetch";
import { reportAnswered, reportAway } from "./connection";
import { readJson, writeJson } from "./json";
import { Problem, readProblem } from "./problem";
import { proofs } from "./proof";
import type { paths } from "./schema";
import { versions } from "./versions";

const proxyStatuses = new Set([502, 504]);

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (proxyStatuses.has(response.status)) {
      reportAway();
      throw new Problem(0, { code: "server_away" });
    }
    reportAnswered();
    if (!response.ok) throw await readProblem(response);
    return response;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    reportAway();
    return new Problem(0, { code: "server_away" });
  },
};

const client = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
// Answers go through the last one first.
client.use(throwProblems, versions, proofs);

/** The API; every answer that is not a success is thrown as a `Problem`. */
export const api = client;

/** Unwraps an answer that is known to have a body. */
export function body<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw new Problem(200, { code: "empty_answer" });
  return answer.data;
}

/** Options of a call that brings or takes JSON of people's own: no number in it changes. Read its answer by `written`. */
export const asWritten = { parseAs: "text" as unknown as "json", bodySerializer: writeJson };

/** Unwraps an answer to a call with `asWritten`. */
export function written<T>(answer: { data?: T }): T {
  return readJson(body(answer) as unknown as string) as T;
}
