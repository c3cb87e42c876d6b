import { Menu, SegmentedControl, UnstyledButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Me } from "../../api/types";
import { useSignOut } from "../../features/accounts/api";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { useColorScheme } from "../theme/useColorScheme";
import styles from "./AccountMenu.module.css";

type AccountMenuProps = { me: Me; onKeys: () => void; withName?: boolean };

/** Who is signed in, the look, the keys, the way out. */
export function AccountMenu({ me, onKeys, withName }: AccountMenuProps) {
  const signOut = useSignOut();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { user } = me;
  const name = `${user.first_name} ${user.last_name}`.trim() || user.email;
  const leave = async () => {
    await signOut.mutateAsync();
    await navigate({ to: "/sign-in" });
    queries.clear();
  };
  return (
    <Menu width={250} position="top-start" withinPortal>
      <Menu.Target>
        <UnstyledButton className={styles.account} aria-label={`${t.shell.account}: ${name}`}>
          {/* Drawn by the style: a picture of the name, not a text that would have to stand in the button's. */}
          <span className={styles.initials} data-initials={user.avatar_url ? undefined : initialsOf(name)}>
            {user.avatar_url && <img src={user.avatar_url} alt="" />}
          </span>
          {withName && <span className={styles.name}>{name}</span>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.who}>
          <strong>{name}</strong>
          <span>{user.email}</span>
        </div>
        <Menu.Divider />
        <SchemeChoice />
        <Menu.Divider />
        {user.is_admin && (
          <Menu.Item
            leftSection={<Icon name="shield" size={16} />}
            onClick={() => navigate({ to: "/admin" })}
          >
            {t.system.admin}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<Icon name="settings" size={16} />}
          onClick={() => navigate({ to: "/account/profile" })}
        >
          {t.accounts.profile}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="lock" size={16} />}
          onClick={() => navigate({ to: "/account/security" })}
        >
          {t.accounts.security}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="keyboard" size={16} />}
          rightSection={<kbd>?</kbd>}
          onClick={onKeys}
        >
          {t.shell.keys}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="logout" size={16} />} onClick={leave}>
          {t.shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function SchemeChoice() {
  const { colorScheme, choose } = useColorScheme();
  const choice = (icon: "sun" | "moon" | "deviceDesktop", label: string) => (
    <span className={styles.scheme} title={label}>
      <Icon name={icon} size={16} />
      <span className={styles.hidden}>{label}</span>
    </span>
  );
  return (
    <div className={styles.schemes}>
      <span>{t.shell.theme}</span>
      <SegmentedControl
        size="xs"
        aria-label={t.shell.theme}
        value={colorScheme}
        onChange={(value) => choose(value as typeof colorScheme)}
        data={[
          { value: "auto", label: choice("deviceDesktop", t.shell.themes.auto) },
          { value: "light", label: choice("sun", t.shell.themes.light) },
          { value: "dark", label: choice("moon", t.shell.themes.dark) },
        ]}
      />
    </div>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[\s@.]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}
