// PostgreSQL and Redis of a test's own, from the installed packages, watched over by the shells that cargo's tests use.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./instance.mjs";

const crates = fileURLToPath(new URL("../../crates", import.meta.url));

/** An empty PostgreSQL; it ends with the test. */
export class Postgres {
  static async started(test) {
    const { told, stop } = await watched([join(crates, "metadata-store/src/testing/postgres.sh")]);
    test.after(stop);
    return new Postgres(told);
  }

  constructor(folder) {
    this.folder = folder;
  }

  /** The address of its one database. */
  get url() {
    return `postgres://postgres@localhost/postgres?host=${this.folder}`;
  }

  /** Runs a statement. */
  sql(text) {
    const where = ["-h", this.folder, "-U", "postgres", "-d", "postgres"];
    return execFileSync("psql", [...where, "-qtA", "-v", "ON_ERROR_STOP=1", "-c", text], {
      encoding: "utf8",
    }).trim();
  }

  /** Gives an account a role in a project, as somebody who manages it would. */
  join(email, project, role) {
    this.sql(`
      insert into org_memberships (id, organization_id, user_id, role, permissions, created_at)
      select gen_random_uuid(), known.organization_id, users.id, 'member', known.permissions, users.created_at
      from users, (select * from org_memberships limit 1) as known where users.email = '${email}';
      insert into project_members (project_id, user_id, role, created_at)
      select '${project}', id, '${role}', created_at from users where email = '${email}';`);
  }
}

/** An empty Redis that can be killed and started again; it ends with the test. */
export class Redis {
  static async started(test) {
    const folder = mkdtempSync(join(tmpdir(), "radix-redis-"));
    const redis = new Redis(folder, await freePort());
    test.after(async () => {
      await redis.kill();
      rmSync(folder, { recursive: true, force: true });
    });
    await redis.start();
    return redis;
  }

  constructor(folder, port) {
    this.folder = folder;
    this.port = port;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** Starts it, with nothing in it. */
  async start() {
    const script = join(crates, "shared-cache/src/testing/redis.sh");
    const { stop } = await watched([script, this.folder, String(this.port), ""]);
    this.stop = stop;
  }

  /** Ends it at once, as a power cut does. */
  async kill() {
    await this.stop?.();
    this.stop = undefined;
  }
}

/** Runs a shell script that prints "ready SOMETHING" and ends when its input does. */
async function watched(words) {
  const shell = spawn("sh", words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => shell.once("close", resolve));
  const line = await new Promise((resolve) => {
    let text = "";
    shell.stdout.on("data", (bytes) => {
      text += bytes;
      if (text.includes("\n")) resolve(text.trim());
    });
    shell.once("close", () => resolve(text.trim()));
  });
  if (!line.startsWith("ready ")) throw new Error(line || `${words[0]} did not start`);
  const stop = async () => {
    shell.stdin.end();
    await ended;
  };
  return { told: line.slice("ready ".length), stop };
}
