import { Skeleton } from "@mantine/core";

type SkeletonRowsProps = { count: number; height?: number };

const widths = ["82%", "64%", "56%", "47%", "41%", "33%", "28%", "24%"];

/** Rows that will be there soon, in about their shape. */
export function SkeletonRows({ count, height = 22 }: SkeletonRowsProps) {
  const rows = Array.from({ length: count }, (_, index) => widths[index % widths.length]);
  return (
    <div aria-hidden="true" style={{ display: "grid", gap: 10 }}>
      {rows.map((width) => (
        <Skeleton key={width} height={height} width={width} />
      ))}
    </div>
  );
}
