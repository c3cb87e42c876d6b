import { Skeleton } from "@mantine/core";
import { Card } from "../../../ui/Card";

/** The room of the page while it is asked for. */
export function IngestionSkeleton() {
  return (
    <>
      <Skeleton height={52} radius={12} />
      <Card>
        <Skeleton height={64} mb={16} />
        <Skeleton height={260} />
      </Card>
    </>
  );
}
