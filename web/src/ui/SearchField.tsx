import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { Icon } from "./Icon";

type SearchFieldProps = {
  label: string;
  value: string | undefined;
  onSearch: (value: string | undefined) => void;
  icon?: "search" | "users";
  className?: string;
};

const settleMs = 250;

/** Takes over what is written once it has settled; and what the address says, when that changes. */
export function SearchField({ label, value = "", onSearch, icon = "search", className }: SearchFieldProps) {
  const [written, setWritten] = useState(value);
  // A space at the end is the beginning of another word: it stays.
  useEffect(() => setWritten((text) => (text.trim() === value ? text : value)), [value]);
  const search = useDebouncedCallback((text: string) => onSearch(text.trim() || undefined), settleMs);
  return (
    <TextInput
      type="search"
      className={className}
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name={icon} size={16} />}
      value={written}
      onChange={(event) => {
        setWritten(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
