import { useNavigate } from "@tanstack/react-router";
import type { UserAccount } from "../../../api/types";
import { t } from "../../../texts/texts";
import { RowMenu } from "../../../ui/RowMenu";
import { nameOf } from "./api";
import type { Asked } from "./Question";
import { stateOf } from "./state";

type UserMenuProps = { user: UserAccount; onEdit: () => void; onAsk: (what: Asked["what"]) => void };

/** What can be done with an account. */
export function UserMenu({ user, onEdit, onAsk }: UserMenuProps) {
  const navigate = useNavigate();
  const state = stateOf(user);
  const ask = (what: Asked["what"]) => () => onAsk(what);
  return (
    <RowMenu
      name={nameOf(user)}
      actions={[
        { label: t.users.edit, icon: "pencil", onClick: onEdit },
        {
          label: t.users.log,
          icon: "clock",
          onClick: () => navigate({ to: "/admin/audit", search: { user: user.id } }),
        },
        state === "invited" && { label: t.users.sendLink, icon: "mail", onClick: ask("send_link") },
        user.is_admin
          ? { label: t.users.takeAdmin, icon: "shield", onClick: ask("take_admin") }
          : user.is_active && { label: t.users.makeAdmin, icon: "shield", onClick: ask("make_admin") },
        user.is_active && { label: t.users.endSessions, icon: "logout", onClick: ask("end_sessions") },
        user.has_second_factor && {
          label: t.users.resetFactor,
          icon: "repeat",
          onClick: ask("reset_factor"),
        },
        user.is_active
          ? { label: t.users.deactivate, icon: "lock", danger: true, onClick: ask("deactivate") }
          : { label: t.users.activate, icon: "circleCheck", onClick: ask("activate") },
      ]}
    />
  );
}
