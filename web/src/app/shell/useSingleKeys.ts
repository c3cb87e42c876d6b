import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { preferencesQuery, useRemember } from "../../features/accounts/preferences";
import { hasSingleKeys, setSingleKeys, subscribeSingleKeys } from "../../ui/singleKeys";

const name = "single_keys";

/** Whether shortcuts of a single key are on; the choice is kept with the account. */
export function useSingleKeys() {
  const isOn = useSyncExternalStore(subscribeSingleKeys, hasSingleKeys);
  const { mutate } = useRemember();
  const choose = (on: boolean) => {
    setSingleKeys(on);
    mutate({ name, value: on });
  };
  return { isOn, choose };
}

/** Takes over what was chosen on another device. */
export function useRememberedSingleKeys() {
  const { data } = useQuery(preferencesQuery);
  const remembered = data?.find((one) => one.key === name)?.value;
  useEffect(() => {
    if (typeof remembered === "boolean") setSingleKeys(remembered);
  }, [remembered]);
}
