import { Menu, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment, useState } from "react";
import type { Me, OrganizationSummary, ProjectSummary } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Logo } from "../../ui/Logo";
import { NewThing, projectOrganizations, type Thing } from "./NewThing";
import styles from "./ProjectSwitcher.module.css";

type ProjectSwitcherProps = { me: Me; project?: ProjectSummary; organization?: OrganizationSummary };

/** Shows the project in sight and its organization; switches to others, and makes new ones. */
export function ProjectSwitcher({ me, project, organization }: ProjectSwitcherProps) {
  const [making, setMaking] = useState<Thing>();
  const title = project?.name ?? organization?.name ?? t.product;
  return (
    <>
      <Menu width={280} position="bottom-start" withinPortal>
        <Menu.Target>
          <UnstyledButton className={styles.switcher} title={t.shell.switchProject}>
            <Logo size={28} />
            <span className={styles.names}>
              <span className={styles.project}>{title}</span>
              {organization && (
                <span className={styles.organization}>
                  {project ? organization.name : t.organizations.none}
                </span>
              )}
            </span>
            <span className={styles.arrow}>
              <Icon name="selector" size={16} />
            </span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown className={styles.list}>
          {me.organizations.map((one) => (
            <Fragment key={one.id}>
              <Menu.Item
                className={styles.heading}
                aria-label={t.organizations.settingsOf(one.name)}
                title={t.organizations.settingsOf(one.name)}
                renderRoot={(props) => (
                  <Link {...props} to="/o/$organization/settings" params={{ organization: one.id }} />
                )}
                rightSection={<Icon name="settings" size={14} />}
              >
                {one.name}
              </Menu.Item>
              <Projects me={me} organization={one} project={project} />
            </Fragment>
          ))}
          <Menu.Divider />
          {projectOrganizations(me).length > 0 && (
            <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={() => setMaking("project")}>
              {t.shell.newProject}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Icon name="building" size={16} />}
            onClick={() => setMaking("organization")}
          >
            {t.organizations.new}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewThing thing={making} me={me} organization={organization} onClose={() => setMaking(undefined)} />
    </>
  );
}

type ProjectsProps = { me: Me; organization: OrganizationSummary; project: ProjectSummary | undefined };

function Projects({ me, organization, project }: ProjectsProps) {
  const own = me.projects.filter((candidate) => candidate.organization_id === organization.id);
  if (own.length === 0) return <p className={styles.none}>{t.organizations.none}</p>;
  return own.map((candidate) => (
    <Menu.Item
      key={candidate.id}
      renderRoot={(props) => <Link {...props} to="/p/$project" params={{ project: candidate.id }} />}
      rightSection={candidate.id === project?.id && <Icon name="check" size={16} />}
    >
      {candidate.name}
    </Menu.Item>
  ));
}
