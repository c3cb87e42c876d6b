import { Button, Checkbox, Menu } from "@mantine/core";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { type ColumnName, columnNames, toggleColumn } from "./columns";

type ColumnsMenuProps = {
  shown: readonly ColumnName[];
  onChange: (columns: ColumnName[] | undefined) => void;
};

/** Chooses the columns of the list. */
export function ColumnsMenu({ shown, onChange }: ColumnsMenuProps) {
  return (
    <Menu position="bottom-end" width={200} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" rightSection={<Icon name="chevronDown" size={14} />}>
          {t.collection.chooseColumns}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columnNames.map((name) => (
          <Menu.Item
            key={name}
            role="menuitemcheckbox"
            aria-checked={shown.includes(name)}
            leftSection={<Checkbox.Indicator size="xs" checked={shown.includes(name)} />}
            onClick={() => onChange(toggleColumn(shown, name))}
          >
            {t.collection.columns[name]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
