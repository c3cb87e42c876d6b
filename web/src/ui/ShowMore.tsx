import { Button } from "@mantine/core";
import { t } from "../texts/texts";
import styles from "./ShowMore.module.css";

type ShowMoreProps = {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
};

/** Below a list that is read in pages: the way to its next one, while there is one. */
export function ShowMore({ query }: ShowMoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      variant="default"
      className={styles.more}
      loading={query.isFetchingNextPage}
      onClick={() => query.fetchNextPage()}
    >
      {t.settings.showMore}
    </Button>
  );
}
