import { Menu, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import type { Me, ProjectSummary } from "../../api/types";
import { NewProject } from "../../features/tenancy/NewProject";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Logo } from "../../ui/Logo";
import styles from "./ProjectSwitcher.module.css";

type ProjectSwitcherProps = { me: Me; project?: ProjectSummary };

/** Shows the project in sight and switches to another. */
export function ProjectSwitcher({ me, project }: ProjectSwitcherProps) {
  const [isCreating, creating] = useDisclosure();
  const organization = me.organizations.find((candidate) => candidate.id === project?.organization_id);
  return (
    <>
      <Menu width={260} position="bottom-start" withinPortal>
        <Menu.Target>
          <UnstyledButton className={styles.switcher} title={t.shell.switchProject}>
            <Logo size={28} />
            <span className={styles.names}>
              <span className={styles.project}>{project?.name ?? t.product}</span>
              {organization && <span className={styles.organization}>{organization.name}</span>}
            </span>
            <span className={styles.arrow}>
              <Icon name="selector" size={16} />
            </span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {me.projects.length > 0 && <Menu.Label>{t.shell.switchProject}</Menu.Label>}
          {me.projects.map((candidate) => (
            <Menu.Item
              key={candidate.id}
              renderRoot={(props) => <Link {...props} to="/p/$project" params={{ project: candidate.id }} />}
              rightSection={candidate.id === project?.id && <Icon name="check" size={16} />}
            >
              {candidate.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={creating.open}>
            {t.shell.newProject}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewProject opened={isCreating} onClose={creating.close} />
    </>
  );
}
