import { Button, Switch, TagsInput, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { ProjectSummary } from "../../../api/types";
import { locale, t } from "../../../texts/texts";
import { Facts } from "../../../ui/Facts";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { instant } from "../../../ui/instant";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { useUnsaved } from "../../../ui/unsaved";
import { cataloguePropertiesQuery } from "../../insights/api";
import { eventName, propertyName, valueName } from "../../insights/properties";
import { may } from "../../tenancy/settings/sections";
import { eventsWithQuery, topValuesQuery, useDescribe } from "./api";
import { Bars } from "./Bars";
import styles from "./Details.module.css";
import type { Row } from "./rows";
import type { Tab } from "./search";

type DetailsProps = { project: ProjectSummary; tab: Tab; row: Row };

const exact = new Intl.NumberFormat(locale);

/** All that is known of an event or a property, and what people say of it. */
export function Details({ project, tab, row }: DetailsProps) {
  const names = t.catalogue.facts;
  const facts: [string, ReactNode][] = [];
  if (row.label !== row.name) facts.push([names.name, <code key="name">{row.name}</code>]);
  if (row.count !== undefined) facts.push([names.count, exact.format(row.count)]);
  if (row.first) facts.push([names.first, instant(row.first)]);
  if (row.last) facts.push([names.last, instant(row.last)]);
  return (
    <div className={styles.details}>
      <h2 className={styles.name}>{row.label}</h2>
      {tab === "events" && (
        <Button
          size="xs"
          variant="default"
          className={styles.explore}
          leftSection={<Icon name="chartLine" size={15} />}
          renderRoot={(props) => (
            <Link
              {...props}
              to="/p/$project/explore"
              params={{ project: project.id }}
              search={{ series: [{ event: row.name }] }}
            />
          )}
        >
          {t.catalogue.explore}
        </Button>
      )}
      {may(project, "events:edit") ? (
        <Form project={project.id} tab={tab} row={row} />
      ) : (
        <p className={styles.text}>{row.description || t.catalogue.noDescription}</p>
      )}
      {facts.length > 0 && <Facts facts={facts} />}
      {row.types && row.types.length > 0 && (
        <Part title={t.catalogue.typesTitle}>
          <Bars bars={row.types.map(([type, count]) => ({ name: t.catalogue.types[type], count }))} />
        </Part>
      )}
      {tab === "events" ? (
        <PropertiesOf project={project.id} event={row.name} />
      ) : (
        <>
          <TopValues project={project.id} tab={tab} property={row.name} />
          {!row.isColumn && <EventsWith project={project.id} tab={tab} property={row.name} />}
        </>
      )}
    </div>
  );
}

function Form({ project, tab, row }: { project: string; tab: Tab; row: Row }) {
  const describe = useDescribe(project, tab);
  const [description, setDescription] = useState(row.description);
  const [tags, setTags] = useState(row.tags);
  const [version] = useState(row.version);
  const [isHidden, setHidden] = useState(row.isHidden);
  const isSame =
    description === row.description && isHidden === row.isHidden && tags.join() === row.tags.join();
  useUnsaved(!isSame);
  const fields = describe.error ? problemOf(describe.error).fields : {};
  const tagsError = Object.entries(fields).find(([field]) => field.startsWith("tags"))?.[1];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await describe.mutateAsync({ name: row.name, version, description, tags, is_hidden: isHidden });
    notifications.show({ message: t.catalogue.saved(row.label) });
  };
  return (
    <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
      <Textarea
        label={t.catalogue.description}
        description={t.catalogue.descriptionHint}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={fields.description}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={8}
      />
      <TagsInput
        label={t.catalogue.tagsLabel}
        placeholder={tags.length === 0 ? t.catalogue.tagsHint : undefined}
        value={tags}
        onChange={setTags}
        error={tagsError}
        maxTags={20}
        acceptValueOnBlur
      />
      <Switch
        label={t.catalogue.offer}
        checked={!isHidden}
        onChange={(event) => setHidden(!event.currentTarget.checked)}
      />
      <FormProblem error={describe.error} fields={Object.keys(fields)} />
      <Button type="submit" className={styles.save} loading={describe.isPending}>
        {t.words.save}
      </Button>
    </form>
  );
}

function PropertiesOf({ project, event }: { project: string; event: string }) {
  const query = useQuery(cataloguePropertiesQuery(project, event));
  const own = query.data?.filter((property) => property.source === "property");
  return (
    <Part title={t.catalogue.propertiesTitle} query={query}>
      {own?.length === 0 && <p className={styles.text}>{t.catalogue.noProperties}</p>}
      <Bars
        bars={(own ?? []).map((property) => ({
          name: propertyName(property.name),
          note: t.catalogue.types[property.type],
          count: property.count ?? 0,
        }))}
      />
    </Part>
  );
}

type OfProperty = { project: string; tab: Tab; property: string };

function TopValues({ project, tab, property }: OfProperty) {
  const query = useQuery(topValuesQuery(project, property, tab));
  const bars = query.data?.map(({ value, count }) => ({ name: valueName(property, value), count }));
  return (
    <Part title={t.catalogue.valuesTitle} query={query}>
      {bars?.length === 0 && <p className={styles.text}>{t.catalogue.noValues}</p>}
      <Bars bars={bars ?? []} />
    </Part>
  );
}

function EventsWith({ project, tab, property }: OfProperty) {
  const query = useQuery(eventsWithQuery(project, property, tab));
  const bars = query.data?.map((event) => ({ name: eventName(event.name), count: event.count }));
  return (
    <Part title={t.catalogue.eventsTitle} query={query}>
      <Bars bars={bars ?? []} />
    </Part>
  );
}

type PartProps = {
  title: string;
  query?: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown };
  children: ReactNode;
};

function Part({ title, query, children }: PartProps) {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      {query?.isPending && <SkeletonRows count={3} height={18} />}
      {query?.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {children}
    </section>
  );
}
