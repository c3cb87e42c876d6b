import { SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../../texts/texts";
import { Page } from "../../../ui/Page";
import { RefusedEvents } from "./RefusedEvents";
import { Warnings } from "./Warnings";

const route = getRouteApi("/signed-in/p/$project/data/refused");

/** What arrived and was refused, and what is doubtful about the rest. */
export function Refused() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = t.refused.tabs;
  return (
    <Page
      title={t.refused.title}
      lead={search.tab ? t.refused.warningsLead : t.refused.lead}
      actions={
        <SegmentedControl
          aria-label={t.refused.tabsLabel}
          value={search.tab ?? "refused"}
          onChange={(tab) => navigate({ search: tab === "warnings" ? { tab } : {} })}
          data={Object.entries(tabs).map(([value, label]) => ({ value, label }))}
        />
      }
    >
      {search.tab ? (
        <Warnings project={project} />
      ) : (
        <RefusedEvents
          project={project}
          search={search}
          onSearch={(next) => navigate({ search: next, replace: true, resetScroll: false })}
        />
      )}
    </Page>
  );
}
