import { notifications } from "@mantine/notifications";
import type { UserAccount } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { Icon } from "../../../ui/Icon";
import { useForgot } from "../api";
import { MailHint } from "../MailHint";
import { nameOf, useEndSessionsOf, useResetFactorOf, useUpdateUser } from "./api";

/** What is asked about whom before it is done. */
export type Asked = {
  what:
    | "make_admin"
    | "take_admin"
    | "activate"
    | "deactivate"
    | "end_sessions"
    | "reset_factor"
    | "send_link";
  user: UserAccount;
};

type QuestionProps = { asked: Asked; isOneself: boolean; onClose: () => void };

/** Says what will happen to an account, and does it. */
export function Question({ asked: { what, user }, isOneself, onClose }: QuestionProps) {
  const update = useUpdateUser(user.id);
  const endSessions = useEndSessionsOf(user.id);
  const resetFactor = useResetFactorOf(user.id);
  const sendLink = useForgot();
  const ways = {
    make_admin: { work: update, run: () => update.mutateAsync({ version: user.version, is_admin: true }) },
    take_admin: { work: update, run: () => update.mutateAsync({ version: user.version, is_admin: false }) },
    activate: { work: update, run: () => update.mutateAsync({ version: user.version, is_active: true }) },
    deactivate: { work: update, run: () => update.mutateAsync({ version: user.version, is_active: false }) },
    end_sessions: { work: endSessions, run: () => endSessions.mutateAsync() },
    reset_factor: { work: resetFactor, run: () => resetFactor.mutateAsync() },
    send_link: { work: sendLink, run: () => sendLink.mutateAsync(user.email) },
  };
  const { work, run } = ways[what];
  const name = nameOf(user);
  const texts = t.users.questions[what];
  const confirm = async () => {
    await run();
    onClose();
    notifications.show({ message: texts.done(name), icon: <Icon name="check" size={16} /> });
  };
  const isMild = what === "make_admin" || what === "activate" || what === "send_link";
  return (
    <Confirm
      title={texts.title(name)}
      action={texts.action}
      isMild={isMild}
      isPending={work.isPending}
      error={work.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{texts.means(name)}</p>
      {isOneself && "oneself" in texts && <p>{texts.oneself}</p>}
      {what === "send_link" && <MailHint />}
    </Confirm>
  );
}
