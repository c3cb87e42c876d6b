import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { TrendsAnswer } from "../../../api/types";
import type { Chart } from "../../../charts/chart";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { csvOf } from "./csv";
import styles from "./ResultFoot.module.css";

type ResultFootProps = { answer: TrendsAnswer; chart: Chart; locale: string };

/** What is to be known about the answer, and the ways to take it along. */
export function ResultFoot({ answer, chart, locale }: ResultFootProps) {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const passedOver = answer.lines.reduce((sum, line) => sum + (line.events_without_number ?? 0), 0);
  const copy = async () => {
    await navigator.clipboard.writeText(csvOf(chart));
    notifications.show({ message: t.explore.csvCopied, icon: <Icon name="table" size={16} /> });
  };
  return (
    <footer className={styles.foot}>
      <span>
        {t.explore.answered(number.format(Math.max(1, answer.elapsed_ms)))} · {t.ranges.zone(answer.zone)}
        {passedOver > 0 && ` · ${t.explore.withoutNumber(number.format(passedOver))}`}
      </span>
      <span className={styles.actions}>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<Icon name="copy" size={15} />}
          onClick={copy}
        >
          {t.explore.copyCsv}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<Icon name="download" size={15} />}
          onClick={() => download(csvOf(chart))}
        >
          {t.explore.downloadCsv}
        </Button>
      </span>
    </footer>
  );
}

function download(csv: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  link.download = "trends.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
