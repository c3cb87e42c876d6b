import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import type { OrganizationSummary } from "../../api/types";
import { t } from "../../texts/texts";
import { FormProblem } from "../../ui/FormProblem";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { useCreateProject } from "./api";
import styles from "./settings/Form.module.css";

type NewProjectProps = {
  /** Those that who is signed in looks after; the first is proposed. */
  organizations: OrganizationSummary[];
  onClose: () => void;
};

/** Creates a project and goes to where its first event is sent from. */
export function NewProject({ organizations, onClose }: NewProjectProps) {
  useReturnFocus();
  const create = useCreateProject();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [organization, setOrganization] = useState(organizations[0]?.id ?? "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const project = await create.mutateAsync({ name: name.trim(), organization });
    onClose();
    await navigate({ to: "/p/$project/send", params: { project: project.id } });
  };
  const problem = create.isError ? problemOf(create.error) : undefined;
  return (
    <Modal opened onClose={onClose} title={t.shell.newProject}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <TextInput
          label={t.shell.projectName}
          description={t.shell.newProjectHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem?.fields.name}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        {organizations.length > 1 && (
          <Select
            label={t.settings.groups.organization}
            data={organizations.map((one) => ({ value: one.id, label: one.name }))}
            value={organization}
            onChange={(picked) => picked && setOrganization(picked)}
            error={problem?.fields.organization_id}
            allowDeselect={false}
          />
        )}
        <FormProblem error={create.error} fields={["name", "organization_id"]} />
        <Button type="submit" loading={create.isPending}>
          {t.shell.createProject}
        </Button>
      </form>
    </Modal>
  );
}
