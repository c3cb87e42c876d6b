import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Condition, Range, TrendsAnswer } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Page } from "../../ui/Page";
import { ProblemNote } from "../../ui/ProblemNote";
import { useKey } from "../../ui/useKey";
import { LiveStrip } from "../collection/LiveStrip";
import { fittingTrendsQuery } from "../insights/api";
import { readWhere, toggle, writeWhere } from "../insights/question/where";
import { RangePicker } from "../insights/range/RangePicker";
import { defaultRange, readRange, writeRange } from "../insights/range/range";
import { Outliers } from "../insights/result/Outliers";
import { useProjectCalendar } from "../tenancy/useProjectCalendar";
import { FilterChips } from "./FilterChips";
import styles from "./Home.module.css";
import { metricOf } from "./metrics";
import { NothingHere } from "./NothingHere";
import { Online } from "./Online";
import { Overview } from "./Overview";
import { OverviewSkeleton } from "./OverviewSkeleton";
import { Panels } from "./Panels";
import { overviewTrends, refreshMs, visitsTrends, waitingMs } from "./questions";
import type { HomeSearch } from "./search";

const route = getRouteApi("/signed-in/p/$project/");

/** What happened: the first ten questions about a site or product, answered before they are asked. */
export function Home() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const calendar = useProjectCalendar(project);
  const range = readRange(search.range) ?? defaultRange;
  const where = readWhere(search.where);
  const isCompared = search.compare !== false;
  const overview = useQuery({
    ...fittingTrendsQuery(project, overviewTrends(range, where, isCompared)),
    // Filters that leave nothing wait for nothing.
    refetchInterval: ({ state }) => {
      if (!state.data) return waitingMs;
      return where.length === 0 && viewsOf(state.data) === 0 ? waitingMs : refreshMs;
    },
  });
  const visits = useQuery({
    ...fittingTrendsQuery(project, visitsTrends(range, where, isCompared)),
    refetchInterval: ({ state }) => (state.data ? refreshMs : waitingMs),
  });

  const change = (next: Partial<HomeSearch>) =>
    navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const setRange = (chosen: Range) => {
    const text = writeRange(chosen);
    navigate({
      search: (before) => ({ ...before, range: text === writeRange(defaultRange) ? undefined : text }),
    });
  };
  const filterBy = (condition: Condition) => {
    const next = writeWhere(toggle(where, condition));
    navigate({ search: (before) => ({ ...before, where: next }), resetScroll: false });
  };
  const toggleCompare = () => change({ compare: isCompared ? false : undefined });
  useKey("c", toggleCompare);

  const views = overview.data && viewsOf(overview.data);
  const visitors = overview.data ? metricOf(overview.data, "visitors").now.total : null;
  return (
    <Page
      title={t.places.home}
      actions={
        <>
          <Online project={project} />
          <Switch
            label={t.ranges.compareShort}
            aria-label={t.ranges.compare}
            checked={isCompared && range.kind !== "all"}
            disabled={range.kind === "all"}
            onChange={toggleCompare}
            labelPosition="left"
            size="sm"
          />
          <RangePicker range={range} calendar={calendar} onChange={setRange} />
        </>
      }
    >
      {where.length > 0 && (
        <FilterChips
          where={where}
          onRemove={(index) => change({ where: writeWhere(where.filter((_, at) => at !== index)) })}
          onClear={() => change({ where: undefined })}
        />
      )}
      {overview.isPending && <OverviewSkeleton />}
      {overview.isError && (
        <section className={styles.note}>
          <ProblemNote error={overview.error} onRetry={() => overview.refetch()} />
        </section>
      )}
      {overview.data && views === 0 && (
        <NothingHere
          project={project}
          range={range}
          isFiltered={where.length > 0}
          onAll={() => setRange({ kind: "all" })}
          onClear={() => change({ where: undefined })}
        />
      )}
      {overview.data?.before_all_time && <Outliers outliers={overview.data.before_all_time} />}
      {overview.data && views !== 0 && (
        <Overview
          views={overview.data}
          visits={visits.data}
          metric={search.metric ?? "visitors"}
          isStale={overview.isPlaceholderData || visits.isPlaceholderData}
          onMetric={(metric) => change({ metric: metric === "visitors" ? undefined : metric })}
          onRange={setRange}
        />
      )}
      {!overview.isLoadingError && views !== 0 && (
        <Panels
          project={project}
          range={range}
          where={where}
          search={search}
          visitors={visitors}
          onTab={change}
          onFilter={filterBy}
        />
      )}
      <LiveStrip project={project} />
      <div className={styles.more}>
        <Button
          variant="subtle"
          color="gray"
          rightSection={<Icon name="arrowNarrowRight" size={16} />}
          renderRoot={(props) => (
            <route.Link
              {...props}
              to="/p/$project/explore"
              params={{ project }}
              search={{ range: search.range, where: search.where }}
            />
          )}
        >
          {t.home.exploreThis}
        </Button>
      </div>
    </Page>
  );
}

function viewsOf(answer: TrendsAnswer): number {
  return metricOf(answer, "views").now.total ?? 0;
}
