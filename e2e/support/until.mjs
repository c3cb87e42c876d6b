// Waiting for something that will be true, without guessing how long it takes.

/** Tries until the answer is neither undefined, null nor false; throws what was wrong last when time is up. */
export async function until(what, attempt, { seconds = 20, every = 50 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const answer = await attempt();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${seconds} s for: ${what}${last ? ` (${last.message ?? last})` : ""}`);
    }
    await pause(every);
  }
}

/** Lets time pass between two looks at something. */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
