import { expect, test } from "vitest";
import { problemOf, readProblem } from "./problem";

test("a problem carries its code, its fields and the reference", async () => {
  const body = {
    type: "about:blank",
    title: "Unprocessable",
    status: 422,
    code: "validation",
    detail: "the name is taken",
    errors: [{ field: "name", code: "taken", detail: "is taken" }],
    request_id: "r1",
  };
  const response = Response.json(body, {
    status: 422,
    headers: { "content-type": "application/problem+json" },
  });
  const problem = await readProblem(response);
  expect(problem).toMatchObject({
    status: 422,
    code: "validation",
    requestId: "r1",
    fields: { name: "is taken" },
  });
  expect(problem.message).toBe("the name is taken");
});

test("the answer of a proxy is no problem document, and is told by its status", async () => {
  const response = new Response("<html>", { status: 503, headers: { "retry-after": "7" } });
  expect(await readProblem(response)).toMatchObject({ status: 503, code: "http_503", retryAfterS: 7 });
});

test("a fault of the page is told apart from one of the server", () => {
  expect(problemOf(new TypeError("x is undefined"))).toMatchObject({
    code: "page_error",
    message: "x is undefined",
  });
});
