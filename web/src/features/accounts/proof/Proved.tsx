import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { t } from "../../../texts/texts";
import { Entrance } from "../Entrance";
import { IdentityProblem } from "../identity/IdentityProblem";

const route = getRouteApi("/proved");

/** Where a provider's window ends that has confirmed who somebody is. */
export function Proved() {
  const { problem } = route.useSearch();
  useEffect(() => {
    if (!problem) window.close();
  }, [problem]);
  return (
    <Entrance title={problem ? t.proof.failed : t.proof.proved} lead={t.proof.goBack}>
      <IdentityProblem title={t.proof.failed} code={problem} />
      <Button size="md" fullWidth onClick={() => window.close()}>
        {t.proof.close}
      </Button>
    </Entrance>
  );
}
