// A server of the real binary on a free loopback port, with a data folder of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { admin } from "./admin.mjs";
import { Api } from "./api.mjs";
import { until } from "./until.mjs";

/** The program under test. */
export const program = process.env.RADIXINSIGHT ?? fail("RADIXINSIGHT must name the radixinsight binary");

/** The folder that commands run in: below the repository, so that the engine's library is found. */
const folder = fileURLToPath(new URL("..", import.meta.url));

export class Instance {
  /** Makes an empty data folder; `test` (a test context) stops the server and removes the folder at its end. */
  static create(test, { options = [], within } = {}) {
    const instance = new Instance(mkdtempSync(join(tmpdir(), "radix-e2e-")), options, within);
    test.after(async () => {
      await instance.stop();
      rmSync(instance.data, { recursive: true, force: true });
    });
    return instance;
  }

  /** Makes a data folder and starts a server on it. */
  static async started(test, how) {
    const instance = Instance.create(test, how);
    await instance.start();
    return instance;
  }

  /** `within` says what to start the server with, given its data folder: a command that runs another. */
  constructor(data, options, within) {
    this.data = data;
    this.options = options;
    this.within = within;
    this.output = "";
    this.log = "";
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The data folder as the server sees it, which may have a disk of its own. */
  get inside() {
    return this.within ? join("/proc", String(this.process.pid), "root", this.data) : this.data;
  }

  /** The path of the engine's socket. */
  get socket() {
    return join(this.inside, "run", "engine.sock");
  }

  /** The one-time token in the output, while nobody has claimed the server. */
  get claimToken() {
    return /\/claim#token=(\S+)/.exec(this.output)?.[1];
  }

  /** The one-time link in the output. */
  get claimLink() {
    return /https?:\S+\/claim#token=\S+/.exec(this.output)?.[0];
  }

  get isRunning() {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Starts the server, on the same port as before if there was one, and waits until it answers. */
  async start() {
    this.port ??= await freePort();
    this.output = "";
    const listen = `127.0.0.1:${this.port}`;
    const serve = [program, "serve", "--data-dir", this.data, "--listen", listen, ...this.options];
    const [command, ...rest] = [...(this.within?.(this.data) ?? []), ...serve];
    const child = spawn(command, rest, { cwd: folder });
    this.process = child;
    child.stdout.on("data", (bytes) => {
      this.output += bytes;
    });
    child.stderr.on("data", (bytes) => {
      this.log += bytes;
    });
    this.ended = new Promise((resolve) => child.once("close", resolve));
    await until("the server's first answer", async () => {
      if (!this.isRunning) throw new Stopped(this);
      return this.output.includes("RadixInsight is at") && (await fetch(`${this.url}/healthz`)).ok;
    }).catch((error) => {
      throw this.isRunning ? error : new Stopped(this);
    });
  }

  /** Stops the server the polite way and returns how it ended. */
  async stop() {
    if (!this.isRunning) return;
    this.process.kill("SIGTERM");
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 30_000);
    await this.ended;
    clearTimeout(timer);
    return { code: this.process.exitCode, signal: this.process.signalCode };
  }

  /** Ends the server at once, without a chance to tidy up. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** The process id of the running engine. */
  engine() {
    return childrenOf(this.process.pid).find((pid) => commandOf(pid).includes("engine"));
  }

  /** Makes the first admin and returns their API. */
  async claim() {
    const token = this.claimToken;
    if (!token) throw new Error(`no claim link in the output:\n${this.output}`);
    const signedIn = await this.#api().post("/api/v1/setup", {
      token,
      ...admin,
      organization: "Analytical Engines",
    });
    return this.#as(signedIn.access_token);
  }

  /** Signs the admin in and returns their API. */
  async signIn() {
    const { email, password } = admin;
    const signedIn = await this.#api().post("/api/v1/sessions", { email, password });
    return this.#as(signedIn.access_token);
  }

  #api(token) {
    return new Api(this.url, { token, log: () => this.log });
  }

  async #as(token) {
    const api = this.#api(token);
    const me = await api.get("/api/v1/me");
    api.project = me.projects[0].id;
    return api;
  }

  /** Runs another command of the program on the same data folder. */
  run(...words) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, [...words, "--data-dir", this.data], { cwd: folder });
      let output = "";
      child.stdout.on("data", (bytes) => (output += bytes));
      child.stderr.on("data", (bytes) => (output += bytes));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output }));
    });
  }
}

class Stopped extends Error {
  constructor(instance) {
    super(`the server stopped:\n${instance.output}${instance.log.slice(-4000)}`);
  }
}

/** Returns a port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Tells whether a process is there and no zombie. */
export function isAlive(pid) {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat !== "" && !/\) [ZX] /.test(stat);
}

function childrenOf(parent) {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).filter((pid) => {
    // The name in parentheses may hold anything; state and parent follow the last one.
    const [, ppid] = readOrNothing(`/proc/${pid}/stat`).split(") ").pop().split(" ");
    return Number(ppid) === parent;
  });
}

function commandOf(pid) {
  return readOrNothing(`/proc/${pid}/cmdline`).split("\0");
}

function readOrNothing(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function fail(message) {
  throw new Error(message);
}
