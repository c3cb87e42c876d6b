import { Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { useTurnOff } from "./api";
import { ProofForm } from "./ProofForm";

type TurnOffProps = { onClose: () => void };

/** Turns the second factor off. */
export function TurnOff({ onClose }: TurnOffProps) {
  useReturnFocus();
  const turnOff = useTurnOff();
  const done = () => {
    onClose();
    notifications.show({ message: t.secondFactor.turnedOff, icon: <Icon name="check" size={16} /> });
  };
  return (
    <Modal opened onClose={onClose} title={t.secondFactor.turnOffTitle}>
      <ProofForm
        hint={t.secondFactor.turnOffHint}
        action={t.secondFactor.turnOff}
        danger
        isPending={turnOff.isPending}
        error={turnOff.error}
        onSubmit={(proof) => turnOff.mutate(proof, { onSuccess: done })}
      />
    </Modal>
  );
}
