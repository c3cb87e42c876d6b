import { useQuery } from "@tanstack/react-query";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { AvatarForm } from "./AvatarForm";
import { profileQuery } from "./api";
import { Deactivation } from "./Deactivation";
import { EmailForm } from "./EmailForm";
import { ProfileForm } from "./ProfileForm";
import { You } from "./You";

/** What one says about oneself. */
export function Profile() {
  const query = useQuery(profileQuery);
  const profile = query.data;
  return (
    <You title={t.accounts.profile} lead={t.accounts.profileLead}>
      {query.isPending && (
        <Card title={t.accounts.names}>
          <SkeletonRows count={5} height={34} />
        </Card>
      )}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {profile && (
        <>
          <Card title={t.accounts.picture}>
            <AvatarForm profile={profile} />
          </Card>
          <Card title={t.accounts.names} hint={t.accounts.namesHint}>
            <ProfileForm key={profile.id} profile={profile} />
          </Card>
          <Card title={t.accounts.address} hint={t.accounts.addressHint}>
            <EmailForm profile={profile} />
          </Card>
          <Card title={t.accounts.leave} hint={t.accounts.leaveHint}>
            <Deactivation />
          </Card>
        </>
      )}
    </You>
  );
}
