import { expect, test } from "vitest";
import { colorOf, light, noneColor, otherColor } from "../../../charts/palette";
import { colorsOf } from "./colors";

test("a value keeps its colour when the next answer sorts it elsewhere, or leaves others out", () => {
  const [germany, france, spain] = colorsOf("$country", ["DE", "FR", "ES"]);
  expect(colorsOf("$country", ["ES", "DE"])).toEqual([spain, germany]);
  expect(colorsOf("$country", ["IT", "FR"])[1]).toBe(france);
});

test("values of one property never share a colour with each other, with none or with the rest, as long as hues last", () => {
  const values = Array.from({ length: 27 }, (_, index) => `value ${index}`);
  const colors = [...colorsOf("plan", values), noneColor, otherColor].map((color) => colorOf(light, color));
  expect(new Set(colors).size).toBe(colors.length);
});

test("two properties do not take each other's colours", () => {
  expect(colorsOf("$os", ["Linux"])).toEqual(colorsOf("$browser", ["Firefox"]));
});
