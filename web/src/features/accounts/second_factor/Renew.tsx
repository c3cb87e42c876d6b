import { Modal } from "@mantine/core";
import { t } from "../../../texts/texts";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { useRenewCodes } from "./api";
import { ProofForm } from "./ProofForm";
import { RecoveryCodes } from "./RecoveryCodes";

type RenewProps = { email: string; onClose: () => void };

/** Makes new recovery codes and shows them, once. */
export function Renew({ email, onClose }: RenewProps) {
  useReturnFocus();
  const renew = useRenewCodes();
  const codes = renew.data?.recovery_codes;
  const title = codes ? t.secondFactor.recovery : t.secondFactor.renewTitle;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={codes ? "lg" : undefined}
      closeOnClickOutside={!codes}
    >
      {codes && <RecoveryCodes codes={codes} email={email} onClose={onClose} />}
      {!codes && (
        <ProofForm
          hint={t.secondFactor.renewHint}
          action={t.secondFactor.renewAction}
          isPending={renew.isPending}
          error={renew.error}
          onSubmit={(proof) => renew.mutate(proof)}
        />
      )}
    </Modal>
  );
}
