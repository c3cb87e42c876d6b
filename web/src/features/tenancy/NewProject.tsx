import { Button, Modal, TextInput } from "@mantine/core";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { explain } from "../../ui/explain";
import { useCreateProject } from "./api";

type NewProjectProps = { opened: boolean; onClose: () => void };

/** Creates a project and goes to where its first event is sent from. */
export function NewProject({ opened, onClose }: NewProjectProps) {
  const create = useCreateProject();
  const navigate = useNavigate();
  const router = useRouter();
  const [name, setName] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const project = await create.mutateAsync(name.trim());
    await router.invalidate();
    onClose();
    setName("");
    await navigate({ to: "/p/$project/send", params: { project: project.id } });
  };
  const problem = create.isError ? problemOf(create.error) : undefined;
  return (
    <Modal opened={opened} onClose={onClose} title={t.shell.newProject}>
      <form
        onSubmit={(event) => submit(event).catch(() => undefined)}
        style={{ display: "grid", gap: "var(--space-4)" }}
      >
        <TextInput
          label={t.shell.projectName}
          description={t.shell.noProjectHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem && (problem.fields.name ?? explain(problem).title)}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Button type="submit" loading={create.isPending}>
          {t.shell.createProject}
        </Button>
      </form>
    </Modal>
  );
}
