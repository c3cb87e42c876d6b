import { describe, expect, test } from "vitest";
import { dark, type Look, light } from "./palette";

type Rgb = [number, number, number];

// Machado, Oliveira and Fernandes 2009: how red-blind and green-blind eyes see, on linear light.
const eyes: Record<string, Rgb[]> = {
  typical: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function linear(hex: string): Rgb {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function seen(matrix: Rgb[], [r, g, b]: Rgb): Rgb {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const [x, y, z] = matrix.map((row) => clamp(row[0] * r + row[1] * g + row[2] * b));
  return [x ?? 0, y ?? 0, z ?? 0];
}

/** Returns the place of a colour in OKLab, where distance is difference to the eye. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function contrast(a: string, b: string): number {
  const light = (hex: string) => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [x, y] = [light(a), light(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe.each<[string, Look]>([
  ["light", light],
  ["dark", dark],
])("the %s data palette", (_, look) => {
  test("has ten colours that stand out from the surface", () => {
    expect(look.data).toHaveLength(10);
    for (const color of look.data) expect(contrast(color, look.surface), color).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.entries(eyes))("is told apart by %s eyes", (_, matrix) => {
    const places = look.data.map((color) => oklab(seen(matrix, linear(color))));
    for (const [i, a] of places.entries()) {
      for (const [j, b] of places.entries()) {
        if (j >= i) continue;
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `${look.data[i]} and ${look.data[j]}`).toBeGreaterThan(0.075);
      }
    }
  });

  test("has text and marks that can be read", () => {
    expect(contrast(look.text, look.surface)).toBeGreaterThanOrEqual(7);
    expect(contrast(look.muted, look.surface)).toBeGreaterThanOrEqual(4.5);
  });
});
