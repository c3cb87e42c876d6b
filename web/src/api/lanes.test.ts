import { expect, test } from "vitest";
import { inLane } from "./lanes";

test("four questions run at a time, and one that was cancelled while it waited never starts", async () => {
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const cancels = Array.from({ length: 6 }, () => new AbortController());
  const questions = cancels.map((cancel, index) =>
    inLane(cancel.signal, () => {
      started.push(index);
      return new Promise<void>((resolve) => finish.push(resolve));
    }),
  );
  expect(started).toEqual([0, 1, 2, 3]);

  cancels[4]?.abort();
  finish[0]?.();
  await questions[0];
  await expect(questions[4]).rejects.toThrow();
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2, 3, 5]);

  for (const done of finish) done();
  await Promise.all([questions[1], questions[2], questions[3], questions[5]]);
});
