import { Select } from "@mantine/core";
import type { ComponentProps } from "react";
import styles from "./RoleSelect.module.css";

type RoleSelectProps<Role extends string> = {
  names: Record<Role, string>;
  hints: Record<Role, string>;
  /** The roles to choose from, the least first. */
  offered: readonly Role[];
  value: Role;
  onRole: (role: Role) => void;
} & Pick<
  ComponentProps<typeof Select>,
  "label" | "aria-label" | "size" | "disabled" | "error" | "description"
>;

/** Chooses a role; each says in a few words what it is for. */
export function RoleSelect<Role extends string>(props: RoleSelectProps<Role>) {
  const { names, hints, offered, value, onRole, ...rest } = props;
  const shown = offered.includes(value) ? offered : [...offered, value];
  return (
    <Select
      {...rest}
      data={shown.map((role) => ({ value: role, label: names[role] }))}
      value={value}
      onChange={(picked) => picked && onRole(picked as Role)}
      allowDeselect={false}
      className={styles.select}
      comboboxProps={{ width: 260, position: "bottom-start" }}
      renderOption={({ option }) => (
        <span className={styles.option}>
          {option.label}
          <span className={styles.hint}>{hints[option.value as Role]}</span>
        </span>
      )}
    />
  );
}
