import { Button, Drawer, Select, Tabs, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Empty } from "../../../ui/Empty";
import { Icon } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { catalogueEventsQuery, cataloguePropertiesQuery } from "../../insights/api";
import { NotAllowed } from "../../tenancy/settings/NotAllowed";
import { may } from "../../tenancy/settings/sections";
import { personPropertiesQuery } from "./api";
import styles from "./Catalogue.module.css";
import { CatalogueTable } from "./CatalogueTable";
import { Details } from "./Details";
import { matching, type Row, rowOfEvent, rowOfProperty, tagsOf } from "./rows";
import { type CatalogueSearch, type Tab, tabs } from "./search";

const route = getRouteApi("/signed-in/p/$project/data/catalogue");
const manyRows = 200;

/** Every event and property that has arrived. */
export function Catalogue() {
  const { project } = useProject();
  const { tab = "events", search = "", tag, name } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useRows(project?.id ?? "", tab);
  const [limit, setLimit] = useState(manyRows);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its beginning
  useEffect(() => setLimit(manyRows), [tab, search, tag]);
  if (!project) return null;
  if (!may(project, "events:view")) return <NotAllowed title={t.places.catalogue} />;

  const go = (change: CatalogueSearch) =>
    navigate({
      search: (before) => validated({ ...before, ...change }),
      replace: !("name" in change),
      resetScroll: false,
    });
  const found = matching(list.rows, search, tag);
  const opened = list.rows.find((row) => row.name === name);
  const tags = tagsOf(list.rows);
  return (
    <Page title={t.places.catalogue} lead={t.catalogue.lead}>
      <Tabs
        value={tab}
        onChange={(next) => navigate({ search: next === "events" ? {} : { tab: next as Tab } })}
      >
        <Tabs.List>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t.catalogue.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <div className={styles.bar}>
        <TextInput
          className={styles.search}
          aria-label={t.catalogue.search}
          placeholder={t.catalogue.search}
          leftSection={<Icon name="search" size={15} />}
          value={search}
          onChange={(event) => go({ search: event.currentTarget.value || undefined })}
        />
        {(tags.length > 0 || tag !== undefined) && (
          <Select
            className={styles.tag}
            aria-label={t.catalogue.tag}
            placeholder={t.catalogue.anyTag}
            data={tag === undefined || tags.includes(tag) ? tags : [...tags, tag]}
            value={tag ?? null}
            onChange={(picked) => go({ tag: picked ?? undefined })}
            clearable
          />
        )}
        <span className={styles.found} role="status">
          {list.query.data && t.catalogue.found(found.length)}
        </span>
      </div>
      <section className={styles.list} aria-busy={list.query.isPending}>
        {list.query.isPending && (
          <div className={styles.waiting}>
            <SkeletonRows count={8} height={22} />
          </div>
        )}
        {list.query.isError && <ProblemNote error={list.query.error} onRetry={() => list.query.refetch()} />}
        {list.query.data && found.length === 0 && (
          <Nothing
            tab={tab}
            isFiltered={list.rows.length > 0}
            onClear={() => go({ search: undefined, tag: undefined })}
          />
        )}
        {found.length > 0 && (
          <CatalogueTable
            project={project}
            tab={tab}
            rows={found.slice(0, limit)}
            onOpen={(row) => go({ name: row.name })}
          />
        )}
      </section>
      {found.length > limit && (
        <Button variant="default" className={styles.more} onClick={() => setLimit(limit + manyRows)}>
          {t.catalogue.showMore(Math.min(manyRows, found.length - limit))}
        </Button>
      )}
      <Drawer
        opened={opened !== undefined}
        onClose={() => go({ name: undefined })}
        position="right"
        size={480}
        title={tab === "events" ? t.collection.columns.event : t.catalogue.tabs[tab]}
        overlayProps={{ backgroundOpacity: 0.18 }}
      >
        {opened && <Details key={`${tab} ${opened.name}`} project={project} tab={tab} row={opened} />}
      </Drawer>
    </Page>
  );
}

function useRows(project: string, tab: Tab) {
  const isKnown = project !== "";
  const events = useQuery({ ...catalogueEventsQuery(project), enabled: isKnown && tab === "events" });
  const properties = useQuery({
    ...cataloguePropertiesQuery(project),
    enabled: isKnown && tab === "properties",
  });
  const people = useQuery({ ...personPropertiesQuery(project), enabled: isKnown && tab === "people" });
  const rows: Row[] =
    tab === "events"
      ? (events.data ?? []).map(rowOfEvent)
      : ((tab === "people" ? people : properties).data ?? []).map(rowOfProperty);
  // What the project sends comes before what every event has.
  rows.sort((one, other) => Number(one.isColumn) - Number(other.isColumn));
  return { rows, query: tab === "events" ? events : tab === "people" ? people : properties };
}

function validated(search: CatalogueSearch): CatalogueSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

type NothingProps = { tab: Tab; isFiltered: boolean; onClear: () => void };

function Nothing({ tab, isFiltered, onClear }: NothingProps) {
  const { project } = route.useParams();
  if (isFiltered) {
    return (
      <Empty
        icon="search"
        title={t.catalogue.nothing}
        hint={t.catalogue.nothingHint}
        action={
          <Button variant="default" onClick={onClear}>
            {t.catalogue.clear}
          </Button>
        }
      />
    );
  }
  return (
    <Empty
      icon="book"
      title={t.catalogue.none[tab]}
      hint={t.catalogue.noneHint[tab]}
      action={
        <Button renderRoot={(props) => <route.Link {...props} to="/p/$project/send" params={{ project }} />}>
          {t.places.send}
        </Button>
      }
    />
  );
}
