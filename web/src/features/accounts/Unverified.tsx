import { Button } from "@mantine/core";
import { t } from "../../texts/texts";
import { useResend } from "./api";
import { Entrance } from "./Entrance";
import { MailHint } from "./MailHint";
import { Problem } from "./Problem";

type UnverifiedProps = { email: string; onBack: () => void };

/** The password was right, but nobody has opened the link in the mail yet. */
export function Unverified({ email, onBack }: UnverifiedProps) {
  const resend = useResend();
  return (
    <Entrance title={t.accounts.unverified} lead={t.accounts.unverifiedHint}>
      {resend.isError && <Problem error={resend.error} />}
      <MailHint />
      <Button
        size="md"
        onClick={() => resend.mutate(email)}
        loading={resend.isPending}
        disabled={resend.isSuccess || !email.includes("@")}
        fullWidth
      >
        {resend.isSuccess ? t.accounts.sentAgain : t.accounts.sendAgain}
      </Button>
      <Button variant="subtle" onClick={onBack} fullWidth>
        {t.accounts.back}
      </Button>
    </Entrance>
  );
}
