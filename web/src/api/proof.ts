// What the server refuses because a session alone must not do it: ask the person, then send it once more.
import type { Middleware } from "openapi-fetch";
import { readProblem } from "./problem";

type Ask = () => Promise<boolean>;

let ask: Ask | undefined;
let asking: Promise<boolean> | undefined;

/** Says who asks the person; returns how to take it back. */
export function askForProofBy(how: Ask): () => void {
  ask = how;
  return () => {
    if (ask === how) ask = undefined;
  };
}

/** Asks the person to prove that it is they; false where they don't. Two changes at once ask once. */
function proveNow(): Promise<boolean> {
  asking ??= (ask?.() ?? Promise.resolve(false)).finally(() => {
    asking = undefined;
  });
  return asking;
}

/** Changes as they were sent; a body is read once. */
const copies = new WeakMap<Request, Request>();

/** Sends a change again that wants a proof, once there is one: whoever began it sees only its own answer. */
export const proofs: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") copies.set(request, request.clone());
  },
  async onResponse({ request, response }) {
    const copy = copies.get(request);
    if (response.status !== 403 || !copy) return;
    const { code } = await readProblem(response.clone());
    if (code !== "proof_required" || !(await proveNow())) return;
    return fetch(copy);
  },
};
