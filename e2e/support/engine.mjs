// SQL straight to the engine's socket, past the server.
import { request } from "node:http";

/** Sends a statement and returns status, headers and text, whatever they are. */
export function ask(socketPath, sql, settings = {}) {
  const query = new URLSearchParams({ database: "radixinsight", ...settings });
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: "POST", path: `/?${query}`, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (piece) => (text += piece));
      answer.once("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      answer.once("error", reject);
    });
    call.once("error", reject);
    call.end(sql);
  });
}

/** Sends a query and returns its rows. */
export async function rows(socketPath, sql) {
  const answer = await ask(socketPath, sql, { default_format: "JSONEachRow" });
  if (answer.status !== 200) throw new Error(`the engine refused: ${answer.text}`);
  return answer.text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
