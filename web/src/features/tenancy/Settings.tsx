import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Page } from "../../ui/Page";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { AuditLink } from "../audit/AuditLink";
import { projectQuery } from "./api";
import { Keys } from "./Keys";
import { ProjectForm } from "./ProjectForm";

const route = getRouteApi("/signed-in/p/$project/settings");

/** The project's name, calendar and keys. */
export function Settings() {
  const { project } = route.useParams();
  const query = useQuery(projectQuery(project));
  return (
    <Page
      title={t.places.settings}
      width="text"
      actions={
        <>
          <Link to="/p/$project/rights" params={{ project }}>
            {t.rights.title}
          </Link>
          <AuditLink project={project} />
        </>
      }
    >
      <Card title={t.settings.project} hint={t.settings.projectHint}>
        {query.isPending && <SkeletonRows count={3} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && <ProjectForm key={query.data.id} project={query.data} />}
      </Card>
      <Keys project={project} />
    </Page>
  );
}
