import { Modal } from "@mantine/core";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useRenewCodes } from "./api";
import { RecoveryCodes } from "./RecoveryCodes";

type RenewProps = { email: string; onClose: () => void };

/** Makes new recovery codes and shows them, once. */
export function Renew({ email, onClose }: RenewProps) {
  const renew = useRenewCodes();
  const codes = renew.data?.recovery_codes;
  if (codes) {
    return (
      <Modal opened onClose={onClose} title={t.secondFactor.recovery} size="lg" closeOnClickOutside={false}>
        <RecoveryCodes codes={codes} email={email} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <Confirm
      title={t.secondFactor.renewTitle}
      action={t.secondFactor.renewAction}
      isMild
      isPending={renew.isPending}
      error={renew.error}
      onConfirm={() => renew.mutateAsync()}
      onClose={onClose}
    >
      <p>{t.secondFactor.renewHint}</p>
    </Confirm>
  );
}
