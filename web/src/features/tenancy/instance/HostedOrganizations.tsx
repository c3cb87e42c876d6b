import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { locale, t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SearchField } from "../../../ui/SearchField";
import { ShowMore } from "../../../ui/ShowMore";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Table } from "../../../ui/Table";
import { Who } from "../../../ui/Who";
import { hostedQuery } from "./api";
import styles from "./HostedOrganizations.module.css";

const route = getRouteApi("/signed-in/admin/organizations");

/** All organizations of the instance, from outside: whose they are and how large, not what they know. */
export function HostedOrganizations() {
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({ ...hostedQuery(search), placeholderData: keepPreviousData });
  const look = (search: string | undefined) => navigate({ search: { search }, replace: true });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t.organizations.all.title} lead={t.organizations.all.lead}>
      <SearchField
        className={styles.search}
        label={t.organizations.all.search}
        value={search}
        onSearch={look}
      />
      <Card>
        {query.isPending && <SkeletonRows count={6} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && rows.length === 0 && (
          <Empty icon="search" title={t.organizations.all.none} hint={t.organizations.all.noneHint} />
        )}
        {rows.length > 0 && (
          <div
            className={styles.list}
            aria-busy={query.isFetching}
            data-stale={query.isPlaceholderData || undefined}
          >
            <Table
              label={t.organizations.all.title}
              rows={rows}
              keyOf={(row) => row.id}
              columns={[
                {
                  name: t.organizations.all.columns.organization,
                  cell: (row) => <Who name={row.name} email={row.slug} />,
                },
                {
                  name: t.organizations.all.columns.industry,
                  cell: (row) =>
                    row.industry ? t.organizations.industries[row.industry] : t.organizations.noIndustry,
                },
                {
                  name: t.organizations.all.columns.members,
                  cell: (row) => row.members.toLocaleString(locale),
                },
                {
                  name: t.organizations.all.columns.projects,
                  cell: (row) => row.projects.toLocaleString(locale),
                },
                {
                  name: t.organizations.all.columns.owners,
                  cell: (row) => row.owners.join(", ") || t.organizations.all.noOwner,
                },
                { name: t.organizations.all.columns.made, cell: (row) => <Ago time={row.created_at} /> },
              ]}
            />
          </div>
        )}
        <ShowMore query={query} />
      </Card>
    </Page>
  );
}
