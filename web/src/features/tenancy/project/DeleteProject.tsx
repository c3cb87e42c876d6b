import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { Project } from "../../../api/types";
import { locale, t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { catalogueEventsQuery } from "../../insights/api";
import { useDeleteProject } from "../api";
import { useGoodbye } from "../settings/useGoodbye";

/** Deletes a project, after its name was typed. */
export function DeleteProject({ project }: { project: Project }) {
  const [isAsking, asking] = useDisclosure();
  return (
    <>
      <Button variant="outline" color="red" onClick={asking.open}>
        {t.settings.deleteProject}
      </Button>
      {isAsking && <Ask project={project} onClose={asking.close} />}
    </>
  );
}

function Ask({ project, onClose }: { project: Project; onClose: () => void }) {
  const remove = useDeleteProject(project.id);
  const goodbye = useGoodbye();
  const catalogue = useQuery(catalogueEventsQuery(project.id));
  const known = catalogue.data?.reduce((sum, event) => sum + event.count, 0);
  const confirm = async () => {
    const { events } = await remove.mutateAsync(project.name);
    await goodbye(t.settings.projectDeleted(project.name, events === null ? undefined : counted(events)));
  };
  return (
    <Confirm
      title={t.settings.deleteProjectTitle(project.name)}
      action={t.settings.deleteProject}
      typed={{ label: t.settings.typeName(project.name), text: project.name }}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.settings.deleteProjectLost(known ? counted(known) : t.settings.someEvents)}</p>
    </Confirm>
  );
}

function counted(events: number): string {
  return t.settings.eventCount(events.toLocaleString(locale));
}
