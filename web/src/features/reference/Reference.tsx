import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { Page } from "../../ui/Page";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { documentQuery } from "./api";
import { type Document, groupsOf } from "./document";
import { OperationRow } from "./OperationRow";
import styles from "./Reference.module.css";

/** The API, readable. */
export function Reference() {
  const query = useQuery(documentQuery);
  const [search, setSearch] = useState("");
  return (
    <Page
      title={t.reference.title}
      lead={t.reference.lead}
      width="text"
      actions={
        <Button
          variant="default"
          component="a"
          href="/api/openapi.json"
          target="_blank"
          leftSection={<Icon name="externalLink" size={16} />}
        >
          {t.reference.document}
        </Button>
      }
    >
      <TextInput
        aria-label={t.reference.search}
        placeholder={t.reference.search}
        leftSection={<Icon name="search" size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {query.isPending && (
        <Card>
          <SkeletonRows count={8} />
        </Card>
      )}
      {query.isError && (
        <Card>
          <ProblemNote error={query.error} onRetry={() => query.refetch()} />
        </Card>
      )}
      {query.data && <Operations document={query.data} search={search} />}
    </Page>
  );
}

function Operations({ document, search }: { document: Document; search: string }) {
  const groups = useMemo(() => groupsOf(document, search), [document, search]);
  if (groups.length === 0) return <Empty icon="search" title={t.reference.nothing} />;
  return groups.map(([tag, entries]) => (
    <section key={tag} className={styles.group}>
      <h2 className={styles.tag}>
        {tag} <span>{t.reference.operations(entries.length)}</span>
      </h2>
      <div className={styles.list}>
        {entries.map((entry) => (
          <OperationRow key={entry.id} entry={entry} document={document} />
        ))}
      </div>
    </section>
  ));
}
