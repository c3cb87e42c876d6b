import { Button, Modal, Select } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { Organization } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import styles from "../settings/Form.module.css";
import { membersQuery, useTransfer } from "./api";

/** Makes another member the owner. */
export function Transfer({ organization }: { organization: Organization }) {
  const [isAsking, asking] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t.organizations.transfer}
      </Button>
      {isAsking && <Ask organization={organization} onClose={asking.close} />}
    </>
  );
}

function Ask({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  useReturnFocus();
  const { me } = useProject();
  const router = useRouter();
  const transfer = useTransfer(organization.id);
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search.replace(/ \(.*/, ""), 200);
  const members = useInfiniteQuery(membersQuery(organization.id, wanted || undefined));
  const [heir, setHeir] = useState<string | null>(null);
  const people = (members.data?.pages ?? [])
    .flatMap((page) => page.items)
    .filter((member) => member.user_id !== me.user.id && member.is_active);
  const problem = transfer.isError ? problemOf(transfer.error) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const person = people.find((member) => member.user_id === heir);
    if (!person) return;
    await transfer.mutateAsync(person.user_id);
    onClose();
    notifications.show({ message: t.organizations.transferred(person.name || person.email) });
    await router.invalidate();
  };
  return (
    <Modal opened onClose={onClose} title={t.organizations.transferTitle(organization.name)}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <p className={styles.hint}>{t.organizations.transferHint}</p>
        <Select
          label={t.organizations.heir}
          data={people.map((member) => ({
            value: member.user_id,
            label: member.name ? `${member.name} (${member.email})` : member.email,
          }))}
          value={heir}
          onChange={setHeir}
          searchValue={search}
          onSearchChange={setSearch}
          filter={({ options }) => options}
          nothingFoundMessage={members.isPending ? t.states.loading : t.organizations.noHeir}
          error={problem?.fields.user_id}
          searchable
          openOnFocus={false}
          data-autofocus
        />
        <FormProblem error={transfer.error} fields={["user_id"]} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {t.words.cancel}
          </Button>
          <Button type="submit" color="red" loading={transfer.isPending} disabled={!heir}>
            {t.organizations.transferAction}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
