import { useLocalStorage } from "@mantine/hooks";

export type Fold = { isFolded: boolean; toggle: () => void };

/** Whether the sidebar shows icons only; kept for the next visit. Narrow windows fold it by style alone. */
export function useFold(): Fold {
  const [isFolded, setFolded] = useLocalStorage({
    key: "radix-folded",
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  return { isFolded, toggle: () => setFolded(!isFolded) };
}
