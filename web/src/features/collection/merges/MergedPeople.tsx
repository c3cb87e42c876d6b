import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { problemOf } from "../../../api/problem";
import type { PersonMerge } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SearchField } from "../../../ui/SearchField";
import { ShowMore } from "../../../ui/ShowMore";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { NotAllowed } from "../../tenancy/settings/NotAllowed";
import { may } from "../../tenancy/settings/sections";
import { mergesQuery } from "./api";
import styles from "./Merges.module.css";
import { MergeTable, stateId } from "./MergeTable";
import { UndoDialog } from "./UndoDialog";

const route = getRouteApi("/signed-in/p/$project/data/merges");

/** Ids that were said to be one person; a merge that was wrong is undone here. */
export function MergedPeople() {
  const { project } = useProject();
  const { user_id: id } = route.useSearch();
  const navigate = route.useNavigate();
  const mayView = project !== undefined && may(project, "people:view");
  const query = useInfiniteQuery({
    ...mergesQuery(project?.id ?? "", id),
    enabled: mayView,
    placeholderData: keepPreviousData,
  });
  const [undoing, setUndoing] = useState<PersonMerge>();
  if (!project) return null;
  if (!mayView) return <NotAllowed title={t.places.merges} />;

  const merges = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = query.data !== undefined && merges.length === 0;
  const find = (wanted: string | undefined) =>
    navigate({ search: { user_id: wanted }, replace: true, resetScroll: false });
  return (
    <Page title={t.places.merges} lead={t.merges.lead}>
      {(id !== undefined || merges.length > 0) && (
        <SearchField className={styles.search} label={t.merges.search} value={id} onSearch={find} />
      )}
      <Card>
        {query.isPending && <SkeletonRows count={6} height={34} />}
        {query.isError && <Failed error={query.error} onRetry={() => query.refetch()} />}
        {isEmpty && (
          <Nothing project={project.id} isSearch={id !== undefined} onAll={() => find(undefined)} />
        )}
        {merges.length > 0 && (
          <div
            className={styles.list}
            aria-busy={query.isFetching}
            data-stale={query.isPlaceholderData || undefined}
          >
            <MergeTable
              project={project.id}
              merges={merges}
              onUndo={may(project, "people:edit") ? setUndoing : undefined}
            />
          </div>
        )}
        <ShowMore query={query} />
      </Card>
      {undoing && (
        <UndoDialog
          project={project.id}
          merge={undoing}
          // The button that led here is gone from the row by then.
          onDone={() => document.getElementById(stateId(undoing))?.focus()}
          onClose={() => setUndoing(undefined)}
        />
      )}
    </Page>
  );
}

/** To somebody who may see some rows only there are no merges. */
function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (problemOf(error).status === 404)
    return <Empty icon="lock" title={t.merges.limited} hint={t.merges.limitedHint} />;
  return <ProblemNote error={error} onRetry={onRetry} />;
}

type NothingProps = { project: string; isSearch: boolean; onAll: () => void };

function Nothing({ project, isSearch, onAll }: NothingProps) {
  if (isSearch) {
    return (
      <Empty
        icon="search"
        title={t.merges.nothing}
        hint={t.merges.nothingHint}
        action={
          <Button variant="default" onClick={onAll}>
            {t.merges.clear}
          </Button>
        }
      />
    );
  }
  return (
    <Empty
      icon="arrowsJoin"
      title={t.merges.empty}
      hint={t.merges.emptyHint}
      action={
        <Button renderRoot={(props) => <route.Link {...props} to="/p/$project/send" params={{ project }} />}>
          {t.places.send}
        </Button>
      }
    />
  );
}
