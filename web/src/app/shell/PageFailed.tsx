import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { problemOf } from "../../api/problem";
import { ProblemNote } from "../../ui/ProblemNote";

const recoverMs = 3_000;

/** Where a page could not be drawn at all; what passes is tried again until it has passed. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useEffect(() => document.getElementById("frame")?.remove(), []);
  useEffect(() => {
    if (isOfFile(error)) {
      const timer = setInterval(reloadWhenBack, recoverMs);
      return () => clearInterval(timer);
    }
    if (!isPassing(error)) return;
    const timer = setInterval(() => {
      reset();
      router.invalidate();
    }, recoverMs);
    return () => clearInterval(timer);
  }, [error, reset, router]);
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

function isPassing(error: unknown): boolean {
  const { status, code } = problemOf(error);
  return code === "server_away" || status === 429 || status === 502 || status === 503 || status === 504;
}

/** A part of the page itself could not be fetched; each browser says so in its own words. */
function isOfFile(error: unknown): boolean {
  return error instanceof Error && /dynamically imported|module script|error loading/i.test(error.message);
}

async function reloadWhenBack(): Promise<void> {
  const response = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  if (response?.ok) window.location.reload();
}
