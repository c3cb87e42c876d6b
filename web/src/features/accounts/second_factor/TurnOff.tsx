import { notifications } from "@mantine/notifications";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { Icon } from "../../../ui/Icon";
import { useTurnOff } from "./api";

type TurnOffProps = { onClose: () => void };

/** Turns the second factor off. */
export function TurnOff({ onClose }: TurnOffProps) {
  const turnOff = useTurnOff();
  const done = async () => {
    await turnOff.mutateAsync();
    onClose();
    notifications.show({ message: t.secondFactor.turnedOff, icon: <Icon name="check" size={16} /> });
  };
  return (
    <Confirm
      title={t.secondFactor.turnOffTitle}
      action={t.secondFactor.turnOff}
      isPending={turnOff.isPending}
      error={turnOff.error}
      onConfirm={done}
      onClose={onClose}
    >
      <p>{t.secondFactor.turnOffHint}</p>
    </Confirm>
  );
}
