// Somebody's web site on a free loopback port, which passes what is below /r/ on to a server.
import { createServer, request } from "node:http";

export class Site {
  #pages = new Map();

  /** Starts a site; `test` ends it. `other` is the address of a second site, of another origin. */
  static async started(test, { upstream }) {
    const site = new Site();
    const answer = (asked, reply) => site.#answer(asked, reply, upstream);
    const servers = [createServer(answer), createServer(answer)];
    for (const server of servers) {
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      test.after(() => {
        server.closeAllConnections();
        server.close();
      });
    }
    [site.url, site.other] = servers.map((server) => `http://127.0.0.1:${server.address().port}`);
    return site;
  }

  /** Answers paths that begin so with this page; the longest beginning counts. */
  put(path, html, headers = {}) {
    this.#pages.set(path, { html: `<!doctype html><html lang="en">${html}`, headers });
  }

  #answer(asked, reply, upstream) {
    const { pathname } = new URL(asked.url, "http://site");
    if (pathname.startsWith("/r/")) {
      pass(asked, reply, upstream + asked.url.slice("/r".length));
      return;
    }
    const fits = [...this.#pages.keys()].filter((path) => pathname.startsWith(path));
    const page = this.#pages.get(fits.sort((a, b) => b.length - a.length)[0]);
    const { html = "", headers = {} } = pathname === "/favicon.ico" ? {} : (page ?? {});
    reply.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers });
    reply.end(html);
  }
}

/** Passes a request on, as a proxy of a few lines does. */
function pass(asked, reply, url) {
  const headers = { ...asked.headers, host: new URL(url).host, "x-forwarded-for": asked.socket.remoteAddress };
  const onward = request(url, { method: asked.method, headers }, (answer) => {
    reply.writeHead(answer.statusCode, answer.headers);
    answer.pipe(reply);
  });
  onward.once("error", () => reply.writeHead(502).end());
  asked.pipe(onward);
}
