import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Icon } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { NotAllowed } from "../settings/NotAllowed";
import { may } from "../settings/sections";
import { keysQuery } from "./api";
import { DeleteKey } from "./DeleteKey";
import { KeyForm } from "./KeyForm";
import { KeyOwner } from "./KeyOwner";
import { KeyTable } from "./KeyTable";
import { RotateKey } from "./RotateKey";

/** What is open above the list. */
export type Dialog = { kind: "new" } | { kind: "edit" | "rotate" | "owner" | "delete"; key: ApiKey };

/** The API keys of a project. */
export function Keys() {
  const { project, organization } = useProject();
  const query = useQuery({ ...keysQuery(project?.id ?? ""), enabled: project !== undefined });
  const [dialog, setDialog] = useState<Dialog>();
  if (!project) return null;
  if (!may(project, "api_keys:view")) return <NotAllowed title={t.settings.keys} />;
  const mayCreate = may(project, "api_keys:create");
  const create = mayCreate && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setDialog({ kind: "new" })}>
      {t.apiKeys.new}
    </Button>
  );
  const close = () => setDialog(undefined);
  return (
    <Page title={t.settings.keys} lead={t.apiKeys.lead} actions={create} width="text">
      <Card>
        {query.isPending && <SkeletonRows count={3} height={28} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data?.length === 0 && (
          <Empty icon="key" title={t.apiKeys.none} hint={mayCreate && t.apiKeys.noneHint} />
        )}
        {query.data && query.data.length > 0 && (
          <KeyTable
            project={project}
            keys={query.data}
            mayHandOver={organization?.role === "owner" || organization?.role === "admin"}
            onOpen={setDialog}
          />
        )}
      </Card>
      {dialog?.kind === "new" && <KeyForm project={project} onClose={close} />}
      {dialog?.kind === "edit" && <KeyForm project={project} apiKey={dialog.key} onClose={close} />}
      {dialog?.kind === "rotate" && <RotateKey project={project.id} apiKey={dialog.key} onClose={close} />}
      {dialog?.kind === "owner" && <KeyOwner project={project.id} apiKey={dialog.key} onClose={close} />}
      {dialog?.kind === "delete" && <DeleteKey project={project.id} apiKey={dialog.key} onClose={close} />}
    </Page>
  );
}
