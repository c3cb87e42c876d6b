import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Page } from "../../ui/Page";
import { AuditLog, Exports } from "./AuditLog";
import type { AuditSearch } from "./search";

const route = getRouteApi("/signed-in/admin/audit");

/** What was done on the whole instance. */
export function InstanceAudit() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show = (chosen: AuditSearch) => navigate({ search: chosen, resetScroll: false });
  return (
    <Page title={t.audit.title} lead={t.audit.leadInstance} actions={<Exports whose={{}} search={search} />}>
      <AuditLog whose={{}} search={search} onSearch={show} />
    </Page>
  );
}
