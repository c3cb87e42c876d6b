import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ClientConfig } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Icon } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { RowMenu } from "../../../ui/RowMenu";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Snippet } from "../../../ui/Snippet";
import { Table } from "../../../ui/Table";
import { NotAllowed } from "../settings/NotAllowed";
import { may } from "../settings/sections";
import { configsQuery } from "./api";
import { ConfigForm } from "./ConfigForm";
import { DeleteConfig } from "./DeleteConfig";

type Dialog = { kind: "new" } | { kind: "edit" | "delete"; config: ClientConfig };

/** What the project tells its SDKs. */
export function Configs() {
  const { project } = useProject();
  const query = useQuery({ ...configsQuery(project?.id ?? ""), enabled: project !== undefined });
  const [dialog, setDialog] = useState<Dialog>();
  if (!project) return null;
  if (!may(project, "client_configs:view")) return <NotAllowed title={t.settings.configs} />;
  const mayEdit = may(project, "client_configs:edit");
  const mayCreate = may(project, "client_configs:create");
  const create = mayCreate && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setDialog({ kind: "new" })}>
      {t.configs.new}
    </Button>
  );
  const close = () => setDialog(undefined);
  const name = query.data?.[0]?.name ?? "default";
  return (
    <Page title={t.settings.configs} lead={t.configs.lead} actions={create} width="text">
      <Card>
        {query.isPending && <SkeletonRows count={3} height={28} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data?.length === 0 && (
          <Empty icon="code" title={t.configs.none} hint={mayCreate && t.configs.noneHint} />
        )}
        {query.data && query.data.length > 0 && (
          <Table
            label={t.settings.configs}
            rows={query.data}
            keyOf={(config) => config.id}
            columns={[
              { name: t.configs.columns.name, cell: (config) => config.name },
              {
                name: t.configs.columns.values,
                cell: (config) => t.configs.values(Object.keys(config.config).length),
              },
              { name: t.configs.columns.changed, cell: (config) => <Ago time={config.updated_at} /> },
            ]}
            menu={(config) => (
              <RowMenu
                name={config.name}
                actions={[
                  {
                    label: mayEdit ? t.configs.edit : t.configs.look,
                    icon: mayEdit ? "pencil" : "eye",
                    onClick: () => setDialog({ kind: "edit", config }),
                  },
                  may(project, "client_configs:delete") && {
                    label: t.configs.remove,
                    icon: "trash",
                    danger: true,
                    onClick: () => setDialog({ kind: "delete", config }),
                  },
                ]}
              />
            )}
          />
        )}
      </Card>
      <Card title={t.configs.fetch} hint={t.configs.fetchHint}>
        <Snippet label={t.configs.fetch} code={snippet(name)} />
      </Card>
      {dialog?.kind === "new" && <ConfigForm project={project.id} mayEdit onClose={close} />}
      {dialog?.kind === "edit" && (
        <ConfigForm project={project.id} config={dialog.config} mayEdit={mayEdit} onClose={close} />
      )}
      {dialog?.kind === "delete" && (
        <DeleteConfig project={project.id} config={dialog.config} onClose={close} />
      )}
    </Page>
  );
}

function snippet(name: string): string {
  return `const answer = await fetch("${window.location.origin}/api/v1/client_config?name=${name}", {
  headers: { authorization: "Bearer ${t.collection.yourKey}" },
});
const config = await answer.json();`;
}
