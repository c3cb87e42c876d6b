import { expect, test } from "vitest";
import { setupGroups, setupNames, setupOf } from "./setups";

test("every way to send names this server and the key, and stands in one group", () => {
  for (const name of setupNames) {
    const text = setupOf(name, "https://insight.example", "rdx_key")
      .map((part) => part.code)
      .join("\n");
    expect(text, name).toContain("https://insight.example");
    expect(text, name).toContain("rdx_key");
  }
  expect(setupGroups.flatMap((group) => group.setups).sort()).toEqual([...setupNames].sort());
});
