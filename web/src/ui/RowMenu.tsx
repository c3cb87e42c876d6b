import { ActionIcon, Menu } from "@mantine/core";
import { t } from "../texts/texts";
import { Icon } from "./Icon";
import type { IconName } from "./iconPaths";
import styles from "./RowMenu.module.css";

export type RowAction = { label: string; icon: IconName; onClick: () => void; danger?: boolean };

type RowMenuProps = { name: string; actions: (RowAction | false)[] };

/** What can be done with one row; nothing is shown where nothing can. */
export function RowMenu({ name, actions }: RowMenuProps) {
  const offered = actions.filter((action) => action !== false);
  if (offered.length === 0) return null;
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={`${t.words.more}: ${name}`}>
          <Icon name="dots" size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map((action) => (
          <Menu.Item
            key={action.label}
            className={action.danger ? styles.danger : undefined}
            leftSection={<Icon name={action.icon} size={16} />}
            onClick={action.onClick}
          >
            {action.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
