import type { ProblemBody } from "./types";

/** What went wrong with a request, in the form pages show. */
export class Problem extends Error {
  /** The HTTP status; 0 where the server was not reached. */
  readonly status: number;
  /** The stable code to decide by. */
  readonly code: string;
  readonly fields: Record<string, string>;
  readonly requestId: string | undefined;
  /** How long the server asks to wait, in seconds. */
  readonly retryAfterS: number | undefined;
  /** What others have done meanwhile, where that is why. */
  readonly changed: ProblemBody["changed"];
  /** Makes the change over what others have done, where that is why. */
  overwrite: (() => Promise<void>) | undefined;

  constructor(status: number, body: Partial<ProblemBody>, retryAfterS?: number) {
    super(body.detail || body.title || "");
    this.status = status;
    this.code = body.code ?? "unknown";
    this.fields = Object.fromEntries((body.errors ?? []).map((error) => [error.field, error.detail]));
    this.requestId = body.request_id ?? undefined;
    this.retryAfterS = retryAfterS;
    this.changed = body.changed;
  }

  get isAway(): boolean {
    return this.status === 0;
  }
}

/** Turns whatever was thrown into a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, {
    code: "page_error",
    detail: error instanceof Error ? error.message : String(error),
  });
}

/** Reads the problem a response carries; proxies answer with other bodies, which are passed over. */
export async function readProblem(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  const isJson = response.headers.get("content-type")?.includes("json");
  if (!isJson) return new Problem(response.status, { code: `http_${response.status}` }, retryAfter);
  try {
    return new Problem(response.status, (await response.json()) as ProblemBody, retryAfter);
  } catch {
    return new Problem(response.status, { code: `http_${response.status}` }, retryAfter);
  }
}
