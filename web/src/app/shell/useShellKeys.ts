import { useComputedColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isSingleKey } from "../../ui/singleKeys";
import { places } from "../places";
import { useColorScheme } from "../theme/useColorScheme";

type ShellKeys = { project?: string; onPalette: () => void; onKeys: () => void; onFold: () => void };

const sequenceMs = 900;

/** The keys that work everywhere, except while someone writes or a list or dialog is open. */
export function useShellKeys(options: ShellKeys) {
  const navigate = useNavigate();
  const { choose } = useColorScheme();
  const scheme = useComputedColorScheme("light");
  const lastG = useRef(0);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isCommand = event.metaKey || event.ctrlKey;
      if (isCommand && event.key.toLowerCase() === "k") {
        event.preventDefault();
        options.onPalette();
        return;
      }
      if (!isSingleKey(event)) return;
      const place = places.find((candidate) => candidate.key === event.key);
      const isSecond = event.timeStamp - lastG.current < sequenceMs;
      if (isSecond && place && options.project) {
        lastG.current = 0;
        navigate({ to: place.to, params: { project: options.project } });
        return;
      }
      if (event.key === "g") lastG.current = event.timeStamp;
      if (event.key === "?") options.onKeys();
      if (event.key === "[") options.onFold();
      if (event.key === "m") choose(scheme === "dark" ? "light" : "dark");
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, options, scheme, choose]);
}
