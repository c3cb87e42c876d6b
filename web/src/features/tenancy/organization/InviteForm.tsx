import { Button, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { OrganizationRole, OrganizationSummary, ProjectRole } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { FormProblem } from "../../../ui/FormProblem";
import { projectRoles } from "../project/roles";
import styles from "../settings/Form.module.css";
import { RoleSelect } from "../settings/RoleSelect";
import { useInvite } from "./api";
import members from "./Members.module.css";

const invited = ["member", "admin"] as const satisfies readonly OrganizationRole[];
const notIn = "none";

/** Invites somebody by mail, into some projects at once. */
export function InviteForm({ organization }: { organization: OrganizationSummary }) {
  const { me, project } = useProject();
  const invite = useInvite(organization.id);
  const projects = me.projects.filter((one) => one.organization_id === organization.id);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<OrganizationRole>("member");
  // Who is invited is most often invited to the project in sight.
  const [places, setPlaces] = useState<Record<string, ProjectRole>>(
    project ? { [project.id]: "viewer" } : {},
  );
  const fields = invite.isError ? problemOf(invite.error).fields : {};
  const put = (id: string, picked: string | null) => {
    const { [id]: _, ...others } = places;
    setPlaces(picked === null || picked === notIn ? others : { ...others, [id]: picked as ProjectRole });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const into = role === "member" ? Object.entries(places) : [];
    const made = await invite.mutateAsync({
      email: email.trim(),
      role,
      projects: into.map(([project_id, as]) => ({ project_id, role: as })),
    });
    notifications.show({ message: t.organizations.invited(made.email) });
    setEmail("");
  };
  return (
    <Card title={t.organizations.inviteTitle}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <div className={styles.line}>
          <TextInput
            label={t.organizations.inviteEmail}
            placeholder={t.settings.addressPlaceholder}
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={fields.email}
            required
            withAsterisk={false}
          />
          <RoleSelect
            label={t.organizations.inviteRole}
            names={t.organizations.roles}
            hints={t.organizations.roleHints}
            offered={invited}
            value={role}
            onRole={setRole}
          />
          <Button type="submit" loading={invite.isPending} disabled={email.trim() === ""}>
            {t.organizations.inviteAction}
          </Button>
        </div>
        {role === "admin" && <p className={styles.hint}>{t.organizations.inviteProjectsHint}</p>}
        {role === "member" && projects.length > 0 && (
          <div>
            <p className={members.label}>{t.organizations.inviteProjects}</p>
            <div className={members.projects}>
              {projects.map((one) => (
                <div key={one.id} className={members.project}>
                  <span title={one.name}>{one.name}</span>
                  <Select
                    size="xs"
                    aria-label={`${t.organizations.inviteProjects}: ${one.name}`}
                    data={[
                      { value: notIn, label: t.organizations.notIn },
                      ...projectRoles.map((value) => ({ value, label: t.settings.roles[value] })),
                    ]}
                    value={places[one.id] ?? notIn}
                    onChange={(picked) => put(one.id, picked)}
                    allowDeselect={false}
                  />
                </div>
              ))}
            </div>
          </div>
        )}
        {role === "member" && Object.keys(places).length === 0 && (
          <p className={styles.hint}>{t.organizations.inviteNoProjects}</p>
        )}
        <FormProblem error={invite.error} fields={["email"]} />
      </form>
    </Card>
  );
}
