import { Autocomplete, Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { OrganizationSummary, ProjectRole, ProjectSummary } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { FormProblem } from "../../../ui/FormProblem";
import { principalsQuery } from "../../rights/api";
import styles from "../settings/Form.module.css";
import { RoleSelect } from "../settings/RoleSelect";
import { looksAfter } from "../settings/sections";
import { useAddProjectMember } from "./api";
import { projectRoles } from "./roles";

type AddMemberProps = { project: ProjectSummary; organization: OrganizationSummary | undefined };

/** Lets a member of the organization into the project. */
export function AddMember({ project, organization }: AddMemberProps) {
  const add = useAddProjectMember(project.id);
  const principals = useQuery(principalsQuery(project.organization_id));
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<ProjectRole>("viewer");
  const fields = add.isError ? problemOf(add.error).fields : {};
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const member = await add.mutateAsync({ email: email.trim(), role });
    notifications.show({
      message: t.settings.added(member.name || member.email, t.settings.roles[member.role]),
    });
    setEmail("");
  };
  return (
    <Card title={t.settings.addMemberTitle}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <div className={styles.line}>
          <Autocomplete
            label={t.settings.address}
            placeholder={t.settings.addressPlaceholder}
            data={principals.data?.people.map((person) => person.email) ?? []}
            limit={20}
            value={email}
            onChange={setEmail}
            error={fields.email ?? fields.user_id}
            type="email"
            autoComplete="off"
            required
            withAsterisk={false}
          />
          <RoleSelect
            label={t.settings.role}
            names={t.settings.roles}
            hints={t.settings.roleHints}
            offered={projectRoles}
            value={role}
            onRole={setRole}
          />
          <Button type="submit" loading={add.isPending} disabled={email.trim() === ""}>
            {t.settings.addMember}
          </Button>
        </div>
        <FormProblem error={add.error} fields={["email", "user_id"]} />
        {organization && looksAfter(organization) && (
          <p className={styles.hint}>
            {t.settings.notInOrganization}{" "}
            <Link to="/o/$organization/settings/invitations" params={{ organization: organization.id }}>
              {t.settings.inviteThem}
            </Link>
            .
          </p>
        )}
      </form>
    </Card>
  );
}
