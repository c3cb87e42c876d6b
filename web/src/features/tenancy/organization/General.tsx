import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Organization } from "../../../api/types";
import { NewThing, type Thing } from "../../../app/shell/NewThing";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Facts } from "../../../ui/Facts";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Danger, DangerRow } from "../settings/Danger";
import { looksAfter } from "../settings/sections";
import { organizationQuery } from "./api";
import { DeleteOrganization } from "./DeleteOrganization";
import { Leave } from "./Leave";
import { OrganizationForm } from "./OrganizationForm";
import { Transfer } from "./Transfer";

/** What an organization is called and begins its projects with; leaving it, handing it on, its end. */
export function General() {
  const { me, project, organization: mine } = useProject();
  const [making, setMaking] = useState<Thing>();
  const query = useQuery({ ...organizationQuery(mine?.id ?? ""), enabled: mine !== undefined });
  if (!mine) return null;
  const organization = query.data;
  const isOwner = mine.role === "owner";
  return (
    <Page title={mine.name} lead={t.organizations.lead} width="text">
      {query.isPending && (
        <Card>
          <SkeletonRows count={5} height={34} />
        </Card>
      )}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {organization && !looksAfter(mine) && <About organization={organization} />}
      {looksAfter(mine) && !project && (
        <Card>
          <Empty
            icon="stack2"
            title={t.organizations.none}
            hint={t.shell.newProjectHint}
            action={<Button onClick={() => setMaking("project")}>{t.shell.createProject}</Button>}
          />
          <NewThing thing={making} me={me} organization={mine} onClose={() => setMaking(undefined)} />
        </Card>
      )}
      {organization && looksAfter(mine) && (
        <OrganizationForm key={organization.id} organization={organization} />
      )}
      {organization && (
        <Danger>
          <DangerRow title={t.organizations.leave} hint={t.organizations.leaveHint}>
            <Leave organization={organization} />
          </DangerRow>
          {isOwner && (
            <DangerRow title={t.organizations.transfer} hint={t.organizations.transferHint}>
              <Transfer organization={organization} />
            </DangerRow>
          )}
          {isOwner && (
            <DangerRow title={t.organizations.remove} hint={t.organizations.removeHint}>
              <DeleteOrganization organization={organization} />
            </DangerRow>
          )}
        </Danger>
      )}
    </Page>
  );
}

function About({ organization }: { organization: Organization }) {
  const { settings, industry, role } = organization;
  return (
    <Card title={organization.name} hint={t.settings.readOnly}>
      <Facts
        facts={[
          [t.organizations.yourRole, t.organizations.roles[role]],
          [t.organizations.slug, organization.slug],
          [
            t.organizations.industry,
            industry ? t.organizations.industries[industry] : t.organizations.noIndustry,
          ],
          [t.organizations.defaultZone, settings.default_time_zone ?? t.organizations.noZone],
          [t.organizations.defaultCurrency, settings.default_currency ?? t.settings.noCurrency],
          [t.organizations.defaultWeekStart, t.settings.weekStarts[settings.default_week_start ?? "monday"]],
        ]}
      />
    </Card>
  );
}
