import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Note } from "../../../ui/Note";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { may } from "../../tenancy/settings/sections";
import { type Span, spans } from "../search";
import { ingestionHealthQuery } from "./api";
import { Filtered } from "./Filtered";
import { History } from "./History";
import { IngestionSkeleton } from "./IngestionSkeleton";
import { Spool } from "./Spool";
import { StateLine } from "./StateLine";

const route = getRouteApi("/signed-in/p/$project/data/ingestion");
const usual: Span = "24h";

/** How collecting goes: what came in and what became of it, how soon, and what waits. */
export function Ingestion() {
  const { project } = route.useParams();
  const { span = usual } = route.useSearch();
  const navigate = route.useNavigate();
  const { project: inSight } = useProject();
  const query = useQuery(ingestionHealthQuery(project, span));
  const choose = (chosen: string) =>
    navigate({ search: { span: chosen === usual ? undefined : (chosen as Span) }, replace: true });
  const health = query.data;
  return (
    <Page
      title={t.places.ingestion}
      lead={t.collection.health.lead}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t.collection.health.span}
          value={span}
          onChange={choose}
          data={spans.map((value) => ({ value, label: t.collection.health.spans[value] }))}
        />
      }
    >
      {query.isPending && <IngestionSkeleton />}
      {query.isError && !health && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {health && (
        <>
          <StateLine health={health} />
          {health.history ? (
            <History project={project} history={health.history} isStale={query.isPlaceholderData} />
          ) : (
            <Note tone="warn" icon="cloudOff">
              {t.collection.health.noHistory}
            </Note>
          )}
          {health.history && inSight && may(inSight, "insights:run") && (
            <Filtered project={project} span={span} />
          )}
          {health.server && <Spool server={health.server} />}
        </>
      )}
    </Page>
  );
}
