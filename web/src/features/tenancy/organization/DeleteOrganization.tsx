import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Organization } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useGoodbye } from "../settings/useGoodbye";
import { useDeleteOrganization } from "./api";

/** Deletes an organization with its projects, after its short name was typed. */
export function DeleteOrganization({ organization }: { organization: Organization }) {
  const [isAsking, asking] = useDisclosure();
  const { me } = useProject();
  const remove = useDeleteOrganization(organization.id);
  const goodbye = useGoodbye();
  const projects = me.projects.filter((project) => project.organization_id === organization.id);
  const confirm = async () => {
    await remove.mutateAsync({ confirm: organization.slug, force: projects.length > 0 });
    await goodbye(t.organizations.removed(organization.name));
  };
  return (
    <>
      <Button variant="outline" color="red" onClick={asking.open}>
        {t.organizations.remove}
      </Button>
      {isAsking && (
        <Confirm
          title={t.organizations.removeTitle(organization.name)}
          action={t.organizations.removeAction}
          typed={{ label: t.organizations.typeSlug(organization.slug), text: organization.slug }}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={confirm}
          onClose={() => {
            remove.reset();
            asking.close();
          }}
        >
          <p>{t.organizations.removeLost(projects.map((project) => project.name))}</p>
        </Confirm>
      )}
    </>
  );
}
