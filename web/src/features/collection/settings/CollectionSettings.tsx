import { useQuery } from "@tanstack/react-query";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { NotAllowed } from "../../tenancy/settings/NotAllowed";
import { may } from "../../tenancy/settings/sections";
import { AddressForm } from "./AddressForm";
import { collectionSettingsQuery } from "./api";
import { InternalForm, ReferrersForm } from "./InternalForm";
import { LimitsForm } from "./LimitsForm";

/** What the project wants done with its events: addresses, internal traffic, ignored referrers, limits. */
export function CollectionSettings() {
  const { project } = useProject();
  const query = useQuery({ ...collectionSettingsQuery(project?.id ?? ""), enabled: project !== undefined });
  if (!project) return null;
  if (!may(project, "project:view")) return <NotAllowed title={t.collection.settings.title} />;
  const form = { project: project.id, mayEdit: may(project, "project:edit") };
  return (
    <Page title={t.collection.settings.title} lead={t.collection.settings.lead} width="text">
      {!form.mayEdit && <p>{t.settings.readOnly}</p>}
      {query.isPending && (
        <Card>
          <SkeletonRows count={6} height={34} />
        </Card>
      )}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data && (
        <>
          <AddressForm key={`${project.id} addresses`} {...form} settings={query.data} />
          <InternalForm key={`${project.id} internal`} {...form} settings={query.data} />
          <ReferrersForm key={`${project.id} referrers`} {...form} settings={query.data} />
          <LimitsForm key={`${project.id} limits`} {...form} settings={query.data} />
        </>
      )}
    </Page>
  );
}
