/** The colours a chart needs; charts know no style sheets, so that the server can draw them as well. */
export type Look = {
  data: readonly string[];
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
  surface: "#ffffff",
  raised: "#ffffff",
  text: "#14171f",
  muted: "#656d7c",
  line: "#e4e7ec",
  font,
};

export const dark: Look = {
  data: darkData,
  surface: "#14171c",
  raised: "#1a1e25",
  text: "#e9ebef",
  muted: "#8a92a0",
  line: "#252a33",
  font,
};

/** Returns the colour of a line; more than ten lines begin again. */
export function colorOf(look: Look, index: number): string {
  return look.data[index % look.data.length] ?? look.text;
}
