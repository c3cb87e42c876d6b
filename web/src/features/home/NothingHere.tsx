import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Range, Traffic } from "../../api/types";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { instant } from "../../ui/instant";
import { catalogueEventsQuery, trendsQuery } from "../insights/api";
import { writeRange } from "../insights/range/range";
import { whyNothing } from "./nothing";
import { refreshMs, waitingMs, whoseTrends } from "./questions";

type NothingHereProps = {
  project: string;
  range: Range;
  isFiltered: boolean;
  onAll: () => void;
  onClear: () => void;
};

/** Why there is nothing, and the one step that changes it. */
export function NothingHere({ project, range, isFiltered, onAll, onClear }: NothingHereProps) {
  const events = useQuery({
    ...catalogueEventsQuery(project),
    refetchInterval: (query) => (query.state.data?.length ? refreshMs : waitingMs),
  });
  const whose = useQuery({ ...trendsQuery(project, whoseTrends(range)), refetchInterval: waitingMs });
  if (!events.data || !whose.data) return null;
  const why = whyNothing(whose.data, events.data, isFiltered);
  const lastView = events.data.find((event) => event.name === "$pageview");
  return <Card>{content()}</Card>;

  function content(): ReactNode {
    switch (why) {
      case "noEvents":
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
      case "filtered":
        return (
          <Empty
            icon="filter"
            title={t.home.filteredAway}
            hint={t.home.filteredAwayHint}
            action={<Button onClick={onClear}>{t.home.clearFilters}</Button>}
          />
        );
      case "onlyBots":
        return others(t.home.onlyBots, t.home.onlyBotsHint, "bots");
      case "onlyInternal":
        return others(t.home.onlyInternal, t.home.onlyInternalHint, "internal");
      case "onlyBotsAndInternal":
        return others(t.home.onlyOthers, t.home.onlyOthersHint, "all");
      case "notInRange":
        return range.kind === "all" ? noViews() : notInRange();
      case "noViews":
        return noViews();
    }
  }

  function others(title: string, hint: string, traffic: Traffic) {
    return (
      <Empty
        icon="filter"
        title={title}
        hint={hint}
        action={
          <Button
            renderRoot={(props) => (
              <Link
                {...props}
                to="/p/$project/explore"
                params={{ project }}
                search={{ traffic, range: writeRange(range) }}
              />
            )}
          >
            {t.home.seeThem}
          </Button>
        }
      />
    );
  }

  function notInRange() {
    const when = lastView && instant(lastView.last_seen_at, "day");
    return (
      <Empty
        icon="calendar"
        title={t.home.noViews}
        hint={when && t.home.noViewsLast(when)}
        action={<Button onClick={onAll}>{t.home.showAll}</Button>}
      />
    );
  }

  function noViews() {
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
}
