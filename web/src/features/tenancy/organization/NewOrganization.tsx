import { Button, Modal, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { Industry } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import styles from "../settings/Form.module.css";
import { useCreateOrganization } from "./api";
import { industries } from "./industries";

/** Creates an organization and goes to its settings. */
export function NewOrganization({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const create = useCreateOrganization();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState<string>();
  const [industry, setIndustry] = useState<string | null>(null);
  const problem = create.isError ? problemOf(create.error) : undefined;
  const isTaken = problem?.code === "organization_slug_taken";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await create.mutateAsync({
      name: name.trim(),
      slug,
      industry: (industry as Industry | null) ?? undefined,
    });
    onClose();
    notifications.show({ message: t.organizations.created(made.name) });
    await navigate({ to: "/o/$organization/settings", params: { organization: made.id } });
  };
  return (
    <Modal opened onClose={onClose} title={t.organizations.new}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <TextInput
          label={t.organizations.name}
          description={t.organizations.newHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem?.fields.name}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        {/* Made from the name by the server; asked for only where that one is taken. */}
        {(isTaken || slug !== undefined || problem?.fields.slug) && (
          <TextInput
            label={t.organizations.slug}
            description={t.organizations.slugHint}
            value={slug ?? ""}
            onChange={(event) => setSlug(event.currentTarget.value || undefined)}
            error={isTaken ? t.refusals.organization_slug_taken : problem?.fields.slug}
            maxLength={100}
          />
        )}
        <Select
          label={t.organizations.industry}
          placeholder={t.organizations.noIndustry}
          data={industries}
          value={industry}
          onChange={setIndustry}
          clearable
        />
        {!isTaken && <FormProblem error={create.error} fields={["name", "slug"]} />}
        <Button type="submit" loading={create.isPending}>
          {t.organizations.create}
        </Button>
      </form>
    </Modal>
  );
}
