import { NativeSelect } from "@mantine/core";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import styles from "./SettingsFrame.module.css";
import { organizationSections, projectSections } from "./sections";

/** What is around every section of the settings: the list of them, or a field to choose from on a phone. */
export function SettingsFrame() {
  const { project, organization } = useProject();
  const ofProject = project ? projectSections(project) : [];
  const ofOrganization = organization ? organizationSections(organization) : [];
  return (
    <div className={styles.frame}>
      <nav className={styles.list} aria-label={t.settings.title}>
        <p className={styles.title}>{t.settings.title}</p>
        {project && (
          <section>
            <p className={styles.group}>
              {t.settings.groups.project}
              <span title={project.name}>{project.name}</span>
            </p>
            {ofProject.map(({ to, label, icon }) => (
              <Link
                key={to}
                to={to}
                params={{ project: project.id }}
                className={styles.section}
                activeOptions={{ exact: true, includeSearch: false }}
                activeProps={{ "data-active": true }}
              >
                <Icon name={icon} size={16} />
                {label}
              </Link>
            ))}
          </section>
        )}
        {organization && (
          <section>
            <p className={styles.group}>
              {t.settings.groups.organization}
              <span title={organization.name}>{organization.name}</span>
            </p>
            {ofOrganization.map(({ to, label, icon }) => (
              <Link
                key={to}
                to={to}
                params={{ organization: organization.id }}
                className={styles.section}
                activeOptions={{ exact: true, includeSearch: false }}
                activeProps={{ "data-active": true }}
              >
                <Icon name={icon} size={16} />
                {label}
              </Link>
            ))}
          </section>
        )}
      </nav>
      <PhoneChoice />
      <div className={styles.content}>
        <Outlet />
      </div>
    </div>
  );
}

/** The same places in a field of the phone's own. */
function PhoneChoice() {
  const { project, organization } = useProject();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const groups = [];
  if (project) {
    const items = projectSections(project).map(({ to, label }) => ({
      value: to.replace("$project", project.id),
      label,
    }));
    groups.push({ group: `${t.settings.groups.project}: ${project.name}`, items });
  }
  if (organization) {
    const items = organizationSections(organization).map(({ to, label }) => ({
      value: to.replace("$organization", organization.id),
      label: `${organization.name}: ${label}`,
    }));
    groups.push({ group: `${t.settings.groups.organization}: ${organization.name}`, items });
  }
  return (
    <div className={styles.phone}>
      <NativeSelect
        aria-label={t.settings.sections}
        data={groups}
        value={pathname.replace(/\/$/, "")}
        onChange={(event) => navigate({ to: event.currentTarget.value })}
      />
    </div>
  );
}
