import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Page } from "../../ui/Page";
import { IdentityCard } from "./identity/IdentityCard";
import { SecondFactorCard } from "./second_factor/SecondFactorCard";

const route = getRouteApi("/signed-in/account/security");
const signedIn = getRouteApi("/signed-in");

/** How one's own account is kept safe. */
export function Security() {
  const { problem } = route.useSearch();
  const { me } = signedIn.useRouteContext();
  return (
    <Page title={t.accounts.security} width="text">
      <SecondFactorCard email={me.user.email} />
      <IdentityCard problem={problem} />
    </Page>
  );
}
