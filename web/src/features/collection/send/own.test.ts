import { expect, test } from "vitest";
import type { EventRow } from "../../../api/types";
import { newestOwn } from "./own";

const event = (event_id: string, library: string) => ({ event_id, library }) as EventRow;

test("the demo's simulator is nobody's first event", () => {
  expect(newestOwn([event("1", "demo"), event("2", "demo")])).toBeUndefined();
  expect(newestOwn([event("1", "demo"), event("2", "web"), event("3", "")])?.event_id).toBe("2");
  expect(newestOwn([event("1", "")])?.event_id).toBe("1");
});
