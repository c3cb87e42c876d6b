import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { instant } from "../../ui/instant";
import { catalogueEventsQuery } from "../insights/api";
import { refreshMs, waitingMs } from "./questions";

type NothingHereProps = {
  project: string;
  isFiltered: boolean;
  isAll: boolean;
  onAll: () => void;
  onClear: () => void;
};

/** Why there is nothing, and the one step that changes it. */
export function NothingHere({ project, isFiltered, isAll, onAll, onClear }: NothingHereProps) {
  const events = useQuery({
    ...catalogueEventsQuery(project),
    refetchInterval: (query) => (query.state.data?.length === 0 ? waitingMs : refreshMs),
  });
  if (!events.data) return null;
  const lastView = events.data.find((event) => event.name === "$pageview");
  return <Card>{content()}</Card>;

  function content() {
    if (events.data?.length === 0) {
      return (
        <Empty
          icon="send"
          title={t.home.noEvents}
          hint={t.home.noEventsHint}
          action={
            <Button renderRoot={(props) => <Link {...props} to="/p/$project/send" params={{ project }} />}>
              {t.home.noEventsAction}
            </Button>
          }
        />
      );
    }
    if (isFiltered) {
      return (
        <Empty
          icon="filter"
          title={t.home.noViews}
          action={<Button onClick={onClear}>{t.home.clearFilters}</Button>}
        />
      );
    }
    if (!lastView || isAll) {
      return (
        <Empty
          icon="chartLine"
          title={t.home.noViews}
          hint={t.home.noViewsNever}
          action={
            <Button renderRoot={(props) => <Link {...props} to="/p/$project/explore" params={{ project }} />}>
              {t.home.toExplore}
            </Button>
          }
        />
      );
    }
    const when = instant(lastView.last_seen_at, "day");
    return (
      <Empty
        icon="calendar"
        title={t.home.noViews}
        hint={t.home.noViewsLast(when)}
        action={<Button onClick={onAll}>{t.home.showAll}</Button>}
      />
    );
  }
}
