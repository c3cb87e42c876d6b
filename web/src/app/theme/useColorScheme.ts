import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { preferencesQuery, useRemember } from "../../features/accounts/preferences";

const name = "color_scheme";

/** The look that was chosen: kept here for the first paint, and with the account for other devices. */
export function useColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { mutate } = useRemember();
  const choose = useCallback(
    (scheme: MantineColorScheme) => {
      setColorScheme(scheme);
      mutate({ name, value: scheme });
    },
    [setColorScheme, mutate],
  );
  return { colorScheme, choose };
}

/** Takes over the look that was chosen on another device. */
export function useRememberedColorScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const { data } = useQuery(preferencesQuery);
  const remembered = data?.find((one) => one.key === name)?.value;
  useEffect(() => {
    if (isScheme(remembered)) setColorScheme(remembered);
  }, [remembered, setColorScheme]);
}

function isScheme(value: unknown): value is MantineColorScheme {
  return value === "light" || value === "dark" || value === "auto";
}
