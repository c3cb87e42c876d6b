const longest = 30;
const tail = 12;

/** Cuts the middle out of a long id: both its ends tell it from others. */
export function shortId(id: string): string {
  // By whole characters: half of one would show as a box.
  const characters = [...id];
  if (characters.length <= longest) return id;
  const head = characters.slice(0, longest - tail - 1);
  return `${head.join("")}…${characters.slice(-tail).join("")}`;
}
