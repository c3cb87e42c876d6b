import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useProject } from "../../app/shell/useProject";
import { t } from "../../texts/texts";
import { Page } from "../../ui/Page";
import { Assignments } from "./Assignments";
import { Folders } from "./Folders";
import styles from "./Rights.module.css";
import { Roles } from "./Roles";
import type { Tab } from "./search";
import { Why } from "./Why";

const route = getRouteApi("/signed-in/p/$project/settings/rights");

/** Roles, who has them, folders and what is granted on them, and why somebody may do something. */
export function Rights() {
  const { tab = "roles" } = route.useSearch();
  const navigate = route.useNavigate();
  const { me, project } = useProject();
  if (!project) return null;
  const organization = me.organizations.find((one) => one.id === project.organization_id);
  const isAdmin = organization !== undefined && organization.role !== "member";
  const may = (word: string) => project.permissions.includes(word);
  return (
    <Page title={t.rights.title} lead={t.rights.lead}>
      <Tabs
        value={tab}
        onChange={(next) => navigate({ search: next === "roles" ? {} : { tab: next as Tab } })}
        keepMounted={false}
      >
        <Tabs.List className={styles.tabs}>
          {(["roles", "people", "folders", "why"] as const).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t.rights.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="roles">
          <Roles organization={project.organization_id} isAdmin={isAdmin} />
        </Tabs.Panel>
        <Tabs.Panel value="people">
          <Assignments
            organization={project.organization_id}
            project={project.id}
            isAdmin={isAdmin}
            mayGive={isAdmin || may("project_members:edit")}
          />
        </Tabs.Panel>
        <Tabs.Panel value="folders">
          <Folders
            organization={project.organization_id}
            project={project.id}
            mayCreate={may("folders:create")}
          />
        </Tabs.Panel>
        <Tabs.Panel value="why">
          <Why
            organization={project.organization_id}
            project={project.id}
            aboutOthers={may("project_members:edit")}
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
