import { Button, useComputedColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { TrendsAnswer } from "../../../api/types";
import type { ChartLine } from "../../../charts/chart";
import { compact, exact } from "../../../charts/format";
import { colorOf, dark, light } from "../../../charts/palette";
import { locale, t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Chart } from "../../../ui/Chart";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { PanelTabs } from "../../home/PanelTabs";
import { trendsQuery } from "../../insights/api";
import { chartOf } from "../../insights/result/chartOf";
import type { Span } from "../search";
import styles from "./Filtered.module.css";
import { filteredTrends, type Side } from "./filteredQuestions";

type FilteredProps = { project: string; span: Span };

const tabs: Record<Side, string> = {
  $raw_user_agent: t.collection.health.userAgents,
  $host: t.collection.health.hosts,
};

/** What answers leave out: how much of it, and of whom. */
export function Filtered({ project, span }: FilteredProps) {
  const [side, setSide] = useState<Side>("$raw_user_agent");
  const kinds = useQuery(trendsQuery(project, filteredTrends(span, "$traffic")));
  const sources = useQuery(trendsQuery(project, filteredTrends(span, side)));
  const texts = t.collection.health;
  const chart = useMemo(
    () => kinds.data && chartOf(kinds.data, { kind: "stacked", property: "$traffic" }),
    [kinds.data],
  );
  const isNothing = chart !== undefined && chart.lines.length === 0;
  return (
    <Card
      title={texts.filtered}
      hint={texts.filteredHint}
      actions={
        <span className={styles.links}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            renderRoot={(props) => (
              <Link {...props} to="/p/$project/settings/collection" params={{ project }} />
            )}
          >
            {texts.editRules}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            renderRoot={(props) => (
              <Link {...props} to="/p/$project/live" params={{ project }} search={{ traffic: "bots" }} />
            )}
          >
            {texts.seeLive}
          </Button>
        </span>
      }
    >
      {kinds.isPending && <SkeletonRows count={6} height={24} />}
      {kinds.isError && <ProblemNote error={kinds.error} onRetry={() => kinds.refetch()} />}
      {isNothing && <p className={styles.nothing}>{texts.filteredNone}</p>}
      {chart && !isNothing && (
        <div className={styles.halves}>
          <div>
            <Chart chart={chart} height={220} />
            <Kinds lines={chart.lines} />
          </div>
          <div className={styles.sources} aria-busy={sources.isFetching}>
            <PanelTabs
              tabs={tabs}
              tab={side}
              label={texts.filtered}
              onTab={(chosen) => setSide(chosen as Side)}
            />
            {sources.data && <Sources answer={sources.data} />}
          </div>
        </div>
      )}
    </Card>
  );
}

function Kinds({ lines }: { lines: ChartLine[] }) {
  const look = useComputedColorScheme("light") === "dark" ? dark : light;
  return (
    <ul className={styles.kinds}>
      {lines.map((line) => (
        <li key={line.id}>
          <span style={{ background: colorOf(look, line.color) }} />
          {line.label} <strong>{exact(line.total, "number", locale)}</strong>
        </li>
      ))}
    </ul>
  );
}

function Sources({ answer }: { answer: TrendsAnswer }) {
  const lines = answer.lines.filter((line) => line.breakdown?.kind !== "other" && line.total);
  const rows = lines.sort((a, b) => (b.total ?? 0) - (a.total ?? 0));
  const largest = rows[0]?.total ?? 1;
  return (
    <ul className={styles.rows}>
      {rows.map(({ breakdown, total }) => {
        const name = breakdown?.kind === "value" ? breakdown.value : t.collection.health.unknown;
        return (
          <li key={name} className={styles.row}>
            <span className={styles.bar} style={{ width: `${((total ?? 0) / largest) * 100}%` }} />
            <span className={styles.name} title={name}>
              {name}
            </span>
            <span className={styles.total} title={exact(total, "number", locale)}>
              {compact(total, "number", locale)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
