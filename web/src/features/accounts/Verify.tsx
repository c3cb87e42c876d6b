import { Button } from "@mantine/core";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { useVerify } from "./api";
import { Entrance } from "./Entrance";
import { Problem } from "./Problem";

/** Where the link of a mail leads that shows an address to be one's own. A click, so that scanners of mail don't use it up. */
export function Verify() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get("token");
  const verify = useVerify();
  const navigate = useNavigate();
  const confirm = (token: string) => {
    // A mail from before whoever opens it chose the password.
    const onError = (error: unknown) => {
      if (problemOf(error).fields.password) navigate({ to: "/welcome", hash });
    };
    verify.mutate({ token }, { onError });
  };
  const toSignIn = (
    <Button component={Link} to="/sign-in" size="md" fullWidth>
      {t.accounts.toSignIn}
    </Button>
  );
  if (!token) {
    return (
      <Entrance title={t.accounts.linkBroken} lead={t.accounts.linkBrokenHint}>
        {toSignIn}
      </Entrance>
    );
  }
  if (verify.isSuccess) {
    return (
      <Entrance title={t.accounts.verified} lead={t.accounts.verifiedHint}>
        {toSignIn}
      </Entrance>
    );
  }
  return (
    <Entrance title={t.accounts.verifyTitle} lead={t.accounts.verifyLead}>
      {verify.isError && <Problem error={verify.error} />}
      <Button size="md" loading={verify.isPending} onClick={() => confirm(token)} fullWidth>
        {t.accounts.verify}
      </Button>
    </Entrance>
  );
}
