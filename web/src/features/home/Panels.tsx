import type { Condition, Range } from "../../api/types";
import { t } from "../../texts/texts";
import type { Where } from "../insights/question/where";
import { Panel } from "./Panel";
import styles from "./Panels.module.css";
import type { HomeSearch } from "./search";

type PanelsProps = {
  project: string;
  range: Range;
  where: Where;
  search: HomeSearch;
  visitors: number | null;
  onTab: (change: Partial<HomeSearch>) => void;
  onFilter: (condition: Condition) => void;
};

/** Where people come from, what they see, what they use. */
export function Panels({ search, onTab, ...shared }: PanelsProps) {
  return (
    <div className={styles.panels}>
      <Panel
        {...shared}
        title={t.home.pages}
        tabs={t.home.pageTabs}
        tab={search.page ?? "$pathname"}
        onTab={(tab) => onTab({ page: tab })}
      />
      <Panel
        {...shared}
        title={t.home.sources}
        tabs={t.home.sourceTabs}
        tab={search.source ?? "$entry_channel"}
        onTab={(tab) => onTab({ source: tab })}
      />
      <Panel
        {...shared}
        title={t.home.places}
        tabs={t.home.placeTabs}
        tab={search.place ?? "$country"}
        onTab={(tab) => onTab({ place: tab })}
      />
      <Panel
        {...shared}
        title={t.home.technology}
        tabs={t.home.technologyTabs}
        tab={search.technology ?? "$device_type"}
        onTab={(tab) => onTab({ technology: tab })}
      />
    </div>
  );
}
