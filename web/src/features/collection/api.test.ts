import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { api } from "../../api/client";
import { trendsQuery } from "../insights/api";
import { newestEventsQuery } from "./api";

const question = (project: string) =>
  trendsQuery(project, { series: [], range: { kind: "all" }, interval: "day" }).queryKey;

/** Looks for events once for each number, which is how many are there. */
async function look(queries: QueryClient, ...counts: number[]) {
  for (const count of counts) {
    const items = Array.from({ length: count }, (_, index) => ({ event_id: String(index) }));
    vi.spyOn(api, "GET").mockResolvedValue({ data: JSON.stringify({ items }) } as never);
    await queries.fetchQuery(newestEventsQuery("shop", {}, 6));
  }
}

function answered() {
  const queries = new QueryClient();
  for (const project of ["shop", "blog"]) queries.setQueryData(question(project), { lines: [] } as never);
  return queries;
}

afterEach(() => vi.restoreAllMocks());

test("the first events make the answers of their project stale, and of no other", async () => {
  const queries = answered();
  await look(queries, 0, 1);
  expect(queries.getQueryState(question("shop"))?.isInvalidated).toBe(true);
  expect(queries.getQueryState(question("blog"))?.isInvalidated).toBe(false);
});

test("events that were there already, and more of them, leave the answers as fresh as they are", async () => {
  const queries = answered();
  await look(queries, 1, 2);
  expect(queries.getQueryState(question("shop"))?.isInvalidated).toBe(false);
});
