import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { keysQuery } from "./api";
import { KeyTable } from "./KeyTable";
import { NewKey } from "./NewKey";

type KeysProps = { project: string };

/** The API keys of a project. */
export function Keys({ project }: KeysProps) {
  const query = useQuery(keysQuery(project));
  const [isCreating, creating] = useDisclosure();
  const create = (
    <Button size="xs" leftSection={<Icon name="plus" size={15} />} onClick={creating.open}>
      {t.settings.keyNew}
    </Button>
  );
  return (
    <Card title={t.settings.keys} hint={t.settings.keysHint} actions={create}>
      {query.isPending && <SkeletonRows count={3} height={28} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data?.length === 0 && (
        <Empty icon="key" title={t.settings.noKeys} hint={t.settings.noKeysHint} />
      )}
      {query.data && query.data.length > 0 && <KeyTable project={project} keys={query.data} />}
      {isCreating && <NewKey project={project} onClose={creating.close} />}
    </Card>
  );
}
