import { UnstyledButton } from "@mantine/core";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { commandKey } from "./commandKey";
import styles from "./SearchButton.module.css";

type SearchButtonProps = { onClick: () => void };

/** Opens the command palette. */
export function SearchButton({ onClick }: SearchButtonProps) {
  return (
    <UnstyledButton className={styles.search} onClick={onClick} title={t.shell.search}>
      <Icon name="search" size={16} />
      <span className={styles.text}>{t.shell.search}</span>
      <kbd className={styles.key}>{commandKey} K</kbd>
    </UnstyledButton>
  );
}
