import { t } from "../../texts/texts";
import { PasswordCard } from "./PasswordCard";
import { SessionsCard } from "./SessionsCard";
import { You } from "./You";

/** How one's own account is kept safe. */
export function Security() {
  return (
    <You title={t.accounts.security}>
      <PasswordCard />
      <SessionsCard />
    </You>
  );
}
