// Where somebody goes after signing in: a place of this page, never one of somebody else's.

/** Controls, spaces and backslashes: browsers drop the first and turn the last into slashes. */
const odd = /[\p{Cc}\s\\]/u;

/** Returns a path of this page as it was given, and nothing for all that could lead elsewhere. */
export function ownPath(raw: unknown): string | undefined {
  if (typeof raw !== "string" || raw.length > 4_000 || odd.test(raw)) return undefined;
  const path = raw.split(/[?#]/)[0] ?? "";
  if (!isPlain(path) || !isPlain(decoded(path))) return undefined;
  try {
    const url = new URL(raw, "https://own.invalid");
    return url.origin === "https://own.invalid" && isPlain(url.pathname) ? raw : undefined;
  } catch {
    return undefined;
  }
}

/** One slash at the beginning, and nothing that a browser reads as another. */
function isPlain(path: string): boolean {
  return path.startsWith("/") && !path.startsWith("//") && !odd.test(path);
}

/** What is left once every encoding is undone, however often it was done. */
function decoded(path: string): string {
  let text = path;
  for (let round = 0; round < 4; round += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return "";
    }
  }
  return text;
}
