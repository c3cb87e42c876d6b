import { expect, test } from "vitest";
import { readJson, WrittenNumber, writeJson } from "./json";

const hard = [
  "9007199254740993",
  "-9007199254740993",
  "18446744073709551616",
  "9007199254740993.0",
  "1.10",
  "1.0",
  "-0",
  "-0.0",
  "1e5",
  "1E400",
  "0.1",
  "11.118521531944147",
  "123456789012345678901234567890.123456789",
];

test.each(hard)("%s comes back as it was written", (number) => {
  const text = `{"a":${number},"b":[${number},{"c":${number}}],"d":"${number}"}`;
  expect(writeJson(readJson(text))).toBe(text);
  expect(writeJson(readJson(number))).toBe(number);
});

test("numbers that JavaScript writes the same are numbers", () => {
  expect(readJson('{"a":1,"b":-2.5,"c":"1.10","d":null}')).toEqual({ a: 1, b: -2.5, c: "1.10", d: null });
  expect(readJson("1.10")).toEqual(new WrittenNumber("1.10"));
});

test("another field can be changed without changing them", () => {
  const config = readJson('{"id":9007199254740993,"rate":0.25}') as Record<string, unknown>;
  expect(writeJson({ ...config, rate: 0.5 }, 2)).toBe('{\n  "id": 9007199254740993,\n  "rate": 0.5\n}');
});

test("texts that look like what stands for a number in between stay texts", () => {
  for (const text of [
    '{"number-":0,"n":1.0}',
    '["number-0",1.0]',
    '{"\\u006eumber-":0,"n":1}',
    '["a\\"1.0\\"",1.0]',
  ])
    expect(JSON.parse(writeJson(readJson(text)))).toEqual(JSON.parse(text));
  expect(writeJson(readJson('["number-0","number--0",1.0]'))).toBe('["number-0","number--0",1.0]');
});

test("random numbers in random places come back as they were written", () => {
  let state = 20261201;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % limit;
  };
  const digits = (count: number) => Array.from({ length: count }, () => below(10)).join("");
  const number = () => {
    const whole = below(3) === 0 ? "0" : `${1 + below(9)}${digits(below(24))}`;
    const fraction = below(2) ? `.${digits(1 + below(18))}` : "";
    const exponent = below(4) === 0 ? `e${below(2) ? "-" : "+"}${below(300)}` : "";
    return `${below(2) ? "-" : ""}${whole}${fraction}${exponent}`;
  };
  for (let round = 0; round < 2000; round++) {
    const text = `{"a":${number()},"b":[${number()},"${number()}",{"c":${number()}}]}`;
    expect(writeJson(readJson(text))).toBe(text);
  }
});

test("what is no JSON says so", () => {
  expect(() => readJson("{a: 1}")).toThrow(SyntaxError);
});
