import { ActionIcon } from "@mantine/core";
import type { Me, OrganizationSummary, ProjectSummary } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { AccountMenu } from "./AccountMenu";
import { ProjectSwitcher } from "./ProjectSwitcher";
import styles from "./TopBar.module.css";

type TopBarProps = {
  me: Me;
  project?: ProjectSummary;
  organization?: OrganizationSummary;
  onPalette: () => void;
  onKeys: () => void;
};

/** On a phone: the project, the search, the account. */
export function TopBar({ me, project, organization, onPalette, onKeys }: TopBarProps) {
  return (
    <header className={styles.bar}>
      <div className={styles.project}>
        <ProjectSwitcher me={me} project={project} organization={organization} />
      </div>
      <ActionIcon aria-label={t.shell.search} onClick={onPalette} size={40}>
        <Icon name="search" size={20} />
      </ActionIcon>
      <AccountMenu me={me} onKeys={onKeys} />
    </header>
  );
}
