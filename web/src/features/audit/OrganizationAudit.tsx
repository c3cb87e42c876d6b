import { getRouteApi, useRouteContext } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { Page } from "../../ui/Page";
import { AuditLog, Exports } from "./AuditLog";
import type { AuditSearch } from "./search";

const route = getRouteApi("/signed-in/o/$organization/settings/audit");

/** What was done in an organization. */
export function OrganizationAudit() {
  const { organization: id } = route.useParams();
  const { me } = useRouteContext({ from: "/signed-in" });
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const organization = me.organizations.find((candidate) => candidate.id === id);
  if (!organization || organization.role === "member") {
    return (
      <Page title={t.audit.title}>
        <Empty icon="lock" title={t.audit.notAdmin} />
      </Page>
    );
  }
  const whose = { organization: organization.id };
  const show = (chosen: AuditSearch) => navigate({ search: chosen, resetScroll: false });
  return (
    <Page
      title={t.audit.title}
      lead={t.audit.leadOrganization(organization.name)}
      actions={<Exports whose={whose} search={search} />}
    >
      <AuditLog whose={whose} search={search} onSearch={show} />
    </Page>
  );
}
