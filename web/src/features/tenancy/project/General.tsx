import { useQuery } from "@tanstack/react-query";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { projectQuery } from "../api";
import { Danger, DangerRow } from "../settings/Danger";
import { NotAllowed } from "../settings/NotAllowed";
import { looksAfter, may } from "../settings/sections";
import { DeleteProject } from "./DeleteProject";
import { ProjectFacts } from "./ProjectFacts";
import { ProjectForm } from "./ProjectForm";
import { RetentionForm } from "./RetentionForm";

/** What a project is called, how its days are counted, how long its events are kept, and its end. */
export function General() {
  const { project, organization } = useProject();
  const query = useQuery({ ...projectQuery(project?.id ?? ""), enabled: project !== undefined });
  if (!project) return null;
  if (!may(project, "project:view")) return <NotAllowed title={t.settings.general} />;
  const mayEdit = may(project, "project:edit");
  return (
    <Page title={project.name} lead={t.settings.projectLead} width="text">
      {query.isPending && (
        <Card>
          <SkeletonRows count={5} height={34} />
        </Card>
      )}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data && !mayEdit && <ProjectFacts project={query.data} />}
      {query.data && mayEdit && (
        <>
          <ProjectForm key={query.data.id} project={query.data} />
          <RetentionForm key={`${query.data.id} ${query.data.retention_days}`} project={query.data} />
        </>
      )}
      {query.data && may(project, "project:delete") && looksAfter(organization) && (
        <Danger>
          <DangerRow title={t.settings.deleteProject} hint={t.settings.deleteProjectHint}>
            <DeleteProject project={query.data} />
          </DangerRow>
        </Danger>
      )}
    </Page>
  );
}
