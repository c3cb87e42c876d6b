/** The colours a chart needs; charts know no style sheets, so that the server can draw them as well. */
export type Look = {
  data: readonly string[];
  /** What has no value. */
  none: string;
  surface: string;
  raised: string;
  text: string;
  muted: string;
  line: string;
  font: string;
};

// Chosen by search: far apart for typical, protanope and deuteranope eyes, light and dark in turn for print, and
// at least 3:1 against the surface. palette.test.ts holds this.
export const lightData = [
  "#2b5fe0",
  "#d87c2b",
  "#2ea3a2",
  "#4b0e91",
  "#736103",
  "#9d7ffb",
  "#b16062",
  "#006593",
  "#1b4c0f",
  "#393f52",
] as const;
export const darkData = [
  "#6895f4",
  "#aa5918",
  "#39eae0",
  "#8f55ae",
  "#e4cb63",
  "#ac81b8",
  "#f79194",
  "#77bcdc",
  "#66a74c",
  "#767980",
] as const;

const font = '"Inter Variable", "Inter", "DejaVu Sans", sans-serif';

export const light: Look = {
  data: lightData,
  none: "#868e9c",
  surface: "#ffffff",
  raised: "#ffffff",
  text: "#14171f",
  muted: "#656d7c",
  line: "#e4e7ec",
  font,
};

export const dark: Look = {
  data: darkData,
  none: "#b9bfc9",
  surface: "#14171c",
  raised: "#1a1e25",
  text: "#e9ebef",
  muted: "#8a92a0",
  line: "#252a33",
  font,
};

/** The last colour of the palette is grey: it is for the rest, which is no value of its own. */
export const otherColor = -1;
/** The grey of what has no value. */
export const noneColor = -2;
const hues = 9;

/** How far the colours of the second and third round are moved towards the text's. */
const rounds = [0, 0.4, 0.65];

/** Returns the colour of a line. After nine the same hues come again, darker (lighter in the dark), then once more. */
export function colorOf(look: Look, index: number): string {
  if (index === noneColor) return look.none;
  const other = look.data[hues] ?? look.text;
  if (index < 0) return other;
  const base = look.data[index % hues] ?? other;
  return mix(base, look.text, rounds[Math.floor(index / hues) % rounds.length] ?? 0);
}

function mix(one: string, other: string, part: number): string {
  if (part === 0) return one;
  const channel = (hex: string, at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(one, at) * (1 - part) + channel(other, at) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
