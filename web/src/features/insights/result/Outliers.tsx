import type { Outliers as Left } from "../../../api/types";
import { exact } from "../../../charts/format";
import { locale, t } from "../../../texts/texts";
import { Note } from "../../../ui/Note";

/** Says that events far before all others are no part of all time. */
export function Outliers({ outliers }: { outliers: Left }) {
  const first = new Date(outliers.first).toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
  return (
    <Note tone="warn" icon="alertTriangle">
      {t.explore.outliers(exact(outliers.events, "number", locale), outliers.events, first)}
    </Note>
  );
}
