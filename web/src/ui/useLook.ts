import { useComputedColorScheme } from "@mantine/core";
import { dark, type Look, light } from "../charts/palette";

/** Returns the colours of charts in the look in force. */
export function useLook(): Look {
  return useComputedColorScheme("light") === "dark" ? dark : light;
}
