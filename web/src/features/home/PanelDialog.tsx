import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Condition, Range } from "../../api/types";
import { t } from "../../texts/texts";
import { ProblemNote } from "../../ui/ProblemNote";
import { SearchField } from "../../ui/SearchField";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { trendsQuery } from "../insights/api";
import type { Where } from "../insights/question/where";
import styles from "./Panel.module.css";
import { PanelRows, rowName, rowsOf } from "./PanelRows";
import { dialogRows, panelTrends } from "./questions";

type PanelDialogProps = {
  project: string;
  range: Range;
  where: Where;
  property: string;
  title: string;
  visitors: number | null;
  onFilter: (condition: Condition) => void;
  onClose: () => void;
};

/** Values that people know by other names than they are stored under: few enough to be looked through here. */
const named = ["$country", "$entry_channel", "$device_type"];

/** A whole list, with a search. */
export function PanelDialog(props: PanelDialogProps) {
  const { project, range, where, property, title, visitors, onFilter, onClose } = props;
  const [search, setSearch] = useState<string>();
  const asked = named.includes(property) ? undefined : search;
  const query = useQuery(trendsQuery(project, panelTrends(property, range, where, dialogRows, asked)));
  const wanted = search?.toLocaleLowerCase() ?? "";
  const rows = (query.data ? rowsOf(query.data) : []).filter(({ value }) =>
    rowName(value, property).toLocaleLowerCase().includes(wanted),
  );
  const isCut = query.data?.lines.some((line) => line.breakdown?.kind === "other");
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <SearchField label={t.home.searchIn(title)} value={search} onSearch={setSearch} />
      <div className={styles.all} data-stale={query.isPlaceholderData || undefined} aria-live="polite">
        {query.isPending && <SkeletonRows count={8} height={24} />}
        {query.isLoadingError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && <PanelRows {...{ rows, property, visitors, onFilter }} />}
        {isCut && <p className={styles.cut}>{t.home.cut(dialogRows)}</p>}
      </div>
    </Modal>
  );
}
