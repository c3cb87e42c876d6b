import type { Range } from "../../../api/types";
import { locale, t } from "../../../texts/texts";

const day = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** Names a range in words. */
export function rangeName(range: Range): string {
  switch (range.kind) {
    case "last":
      return t.ranges.last(range.count, range.unit);
    case "dates":
      return day.formatRange(new Date(range.from), new Date(range.to));
    case "all":
      return t.ranges.all;
  }
}
