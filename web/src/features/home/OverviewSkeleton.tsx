import { Skeleton } from "@mantine/core";
import styles from "./Overview.module.css";
import { metrics } from "./search";

/** The overview before its numbers are there. */
export function OverviewSkeleton() {
  return (
    <section className={styles.overview} aria-hidden="true">
      <div className={styles.tiles}>
        {metrics.map((metric) => (
          <div key={metric} className={styles.tile}>
            <Skeleton width={90} height={13} mt={4} />
            <Skeleton width={120} height={24} mt={8} />
          </div>
        ))}
      </div>
      <div className={styles.chart}>
        <Skeleton height={280} />
      </div>
    </section>
  );
}
