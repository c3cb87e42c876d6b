import { Button } from "@mantine/core";
import { Link, useRouteContext } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";

/** The way to the organization's audit log, for those who may read it. */
export function AuditLink({ project }: { project: string }) {
  const { me } = useRouteContext({ from: "/signed-in" });
  const id = me.projects.find((candidate) => candidate.id === project)?.organization_id;
  const role = me.organizations.find((candidate) => candidate.id === id)?.role;
  if (role === undefined || role === "member") return null;
  return (
    <Button
      variant="default"
      leftSection={<Icon name="clock" size={16} />}
      renderRoot={(props) => <Link {...props} to="/p/$project/settings/audit" params={{ project }} />}
    >
      {t.audit.title}
    </Button>
  );
}
