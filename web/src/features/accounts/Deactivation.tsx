import { Button, Modal, PasswordInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { useDeactivate } from "./api";
import { Problem } from "./Problem";
import styles from "./You.module.css";

/** Leaving: asks for the password, because only an admin can undo it. */
export function Deactivation() {
  const [isAsking, asking] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t.accounts.deactivate}
      </Button>
      {isAsking && <Ask onClose={asking.close} />}
    </>
  );
}

function Ask({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const deactivate = useDeactivate();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [password, setPassword] = useState("");
  const fields = deactivate.isError ? problemOf(deactivate.error).fields : {};
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await deactivate.mutateAsync(password);
    await navigate({ to: "/sign-in" });
    queries.clear();
  };
  return (
    <Modal opened onClose={onClose} title={t.accounts.deactivateTitle}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <p>{t.accounts.deactivateHint}</p>
        {deactivate.isError && <Problem error={deactivate.error} />}
        <PasswordInput
          label={t.accounts.password}
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
          value={password}
          error={fields.password && t.accounts.passwordWrong}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <div className={styles.confirm}>
          <Button variant="default" onClick={onClose}>
            {t.words.cancel}
          </Button>
          <Button type="submit" color="red" loading={deactivate.isPending}>
            {t.accounts.deactivate}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
