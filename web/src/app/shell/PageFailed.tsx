import type { ErrorComponentProps } from "@tanstack/react-router";
import { ProblemNote } from "../../ui/ProblemNote";

/** Where a page could not be drawn at all. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <div style={{ paddingTop: "12vh" }}>
      <ProblemNote
        error={error}
        onRetry={() => {
          reset();
          window.location.reload();
        }}
      />
    </div>
  );
}
