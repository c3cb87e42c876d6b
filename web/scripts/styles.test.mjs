// A style that only one page loads is missing on the others until that page has been seen.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sheetsInUse } from "./library.mjs";

const sources = resolve(import.meta.dirname, "../src");
const files = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(sources, file), "utf8") }));

test.each(["dates", "notifications", "spotlight"])(
  "whoever draws with @mantine/%s brings its styles along",
  (part) => {
    const draws = new RegExp(`import \\{[^}]*\\b(?!type )[A-Z]\\w*[^}]*\\} from "@mantine/${part}"`);
    const drawing = files.filter(({ text }) => draws.test(text));
    expect(drawing.length).toBeGreaterThan(0);
    const without = drawing.filter(({ text }) => !text.includes(`"@mantine/${part}/styles.layer.css"`));
    expect(without.map(({ file }) => file)).toEqual([]);
  },
);

test("the library's sheet has the components in use, what they are made of, and not the others", () => {
  const sheets = sheetsInUse();
  // A Select is made of an input and a list in a floating box; a date picker brings more.
  for (const wanted of [
    "Button",
    "Input",
    "Combobox",
    "Popover",
    "ScrollArea",
    "ModalBase",
    "UnstyledButton",
  ])
    expect(sheets).toContain(wanted);
  for (const idle of ["Stepper", "Timeline", "ColorPicker", "AppShell"]) expect(sheets).not.toContain(idle);
});
