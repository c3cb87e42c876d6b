// The server's API as a program uses it.

export class Api {
  /** `log` returns what the server has logged, to tell why it failed. */
  constructor(url, { token, log = () => "" } = {}) {
    this.url = url;
    this.token = token;
    this.log = log;
  }

  get(path) {
    return this.#send("GET", path);
  }

  post(path, body) {
    return this.#send("POST", path, body);
  }

  patch(path, body) {
    return this.#send("PATCH", path, body);
  }

  /** Makes a key that may send events. */
  async key(name = "test") {
    const made = await this.post(`/api/v1/projects/${this.project}/api_keys`, { name });
    return made.key;
  }

  /** Asks a trends question; what is left out counts all events of all time. */
  trends(question) {
    const whole = {
      kind: "trends",
      series: [count()],
      range: { kind: "all" },
      interval: "month",
      ...question,
    };
    return this.post(`/api/v1/projects/${this.project}/insights/run`, whole);
  }

  /** Returns the one number that a question without breakdown has over its whole range. */
  async total(question) {
    const answer = await this.trends(question);
    if (answer.lines.length !== 1) throw new Error(`one line was expected, not ${answer.lines.length}`);
    return answer.lines[0].total;
  }

  /** Sends events with a key and returns the verdicts. */
  async send(key, events) {
    const response = await fetch(`${this.url}/api/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ batch: events }),
    });
    return read(response, this.log);
  }

  async #send(method, path, body) {
    const headers = { accept: "application/json" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    return read(response, this.log);
  }
}

/** A refusal, with the status and the problem that the server told. */
export class Refused extends Error {
  constructor(response, text, log) {
    const problem = asJson(text);
    const why = log.split("\n").filter((line) => problem?.request_id && line.includes(problem.request_id));
    super(
      [`${response.status} from ${new URL(response.url).pathname}: ${text.slice(0, 500)}`, ...why].join("\n"),
    );
    this.status = response.status;
    this.problem = problem;
  }
}

/** The number of events of a name, or of all. */
export function count(event) {
  return { ...(event ? { event } : {}), measure: { kind: "count" } };
}

/** The number of different people of an event, or of all. */
export function people(event) {
  return { ...(event ? { event } : {}), measure: { kind: "unique_users" } };
}

async function read(response, log) {
  const text = await response.text();
  if (!response.ok) throw new Refused(response, text, log());
  return text === "" ? undefined : JSON.parse(text);
}

function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
