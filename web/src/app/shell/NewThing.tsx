import { lazy, Suspense } from "react";
import type { Me, OrganizationSummary } from "../../api/types";
import { looksAfter } from "../../features/tenancy/settings/sections";

const NewProject = lazy(() =>
  import("../../features/tenancy/NewProject").then((file) => ({ default: file.NewProject })),
);
const NewOrganization = lazy(() =>
  import("../../features/tenancy/organization/NewOrganization").then((file) => ({
    default: file.NewOrganization,
  })),
);

/** What can be made from anywhere. */
export type Thing = "project" | "organization";

type NewThingProps = {
  thing: Thing | undefined;
  me: Me;
  organization: OrganizationSummary | undefined;
  onClose: () => void;
};

/** The dialog in which it is made; its code is loaded when it is first asked for. */
export function NewThing({ thing, me, organization, onClose }: NewThingProps) {
  return (
    <Suspense>
      {thing === "project" && (
        <NewProject organizations={projectOrganizations(me, organization)} onClose={onClose} />
      )}
      {thing === "organization" && <NewOrganization onClose={onClose} />}
    </Suspense>
  );
}

/** Returns the organizations that somebody may make a project in, the one in sight first. */
export function projectOrganizations(me: Me, inSight?: OrganizationSummary): OrganizationSummary[] {
  return me.organizations
    .filter(looksAfter)
    .sort((one, other) => Number(other.id === inSight?.id) - Number(one.id === inSight?.id));
}
