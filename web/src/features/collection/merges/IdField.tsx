import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import styles from "./Merges.module.css";

type IdFieldProps = { id: string | undefined; onFind: (id: string | undefined) => void };

const settleMs = 300;

/** Takes over the id that is written once it has settled; and what the address says, when that changes. */
export function IdField({ id, onFind }: IdFieldProps) {
  const [written, setWritten] = useState(id ?? "");
  useEffect(() => setWritten(id ?? ""), [id]);
  const find = useDebouncedCallback((text: string) => onFind(text.trim() || undefined), settleMs);
  return (
    <TextInput
      type="search"
      className={styles.search}
      aria-label={t.merges.search}
      placeholder={t.merges.search}
      leftSection={<Icon name="search" size={16} />}
      value={written}
      onChange={(event) => {
        setWritten(event.currentTarget.value);
        find(event.currentTarget.value);
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
