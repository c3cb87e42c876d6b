import { localStorageColorSchemeManager } from "@mantine/core";

/** Keeps the choice of light or dark; public/scheme.js reads the same key before the first paint. */
export const colorScheme = localStorageColorSchemeManager({ key: "radix-color-scheme" });
