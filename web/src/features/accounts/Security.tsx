import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { identityQuery } from "./identity/api";
import { IdentityCard } from "./identity/IdentityCard";
import { PasswordCard } from "./PasswordCard";
import { SessionsCard } from "./SessionsCard";
import { SecondFactorCard } from "./second_factor/SecondFactorCard";
import { You } from "./You";

const route = getRouteApi("/signed-in/account/security");
const signedIn = getRouteApi("/signed-in");

/** How one's own account is kept safe. */
export function Security() {
  const { problem } = route.useSearch();
  const { me } = signedIn.useRouteContext();
  const identity = useQuery(identityQuery);
  return (
    <You title={t.accounts.security} lead={t.accounts.securityLead}>
      {identity.data?.has_password !== false && <PasswordCard email={me.user.email} />}
      <SecondFactorCard email={me.user.email} />
      <IdentityCard problem={problem} />
      <SessionsCard />
    </You>
  );
}
