import { Anchor, Button, Modal, Skeleton, TextInput } from "@mantine/core";
import { type FormEvent, lazy, Suspense, useState } from "react";
import type { NewSecondFactor } from "../../../api/types";
import { t } from "../../../texts/texts";
import { CopyButton } from "../../../ui/CopyButton";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { useConfirm } from "./api";
import { problemsOf } from "./problems";
import { RecoveryCodes } from "./RecoveryCodes";
import styles from "./SecondFactor.module.css";

const QrCode = lazy(() => import("./QrCode"));

type SetUpProps = { email: string; made: NewSecondFactor; onClose: () => void };

/** From the app's first code to the recovery codes. */
export function SetUp({ email, made, onClose }: SetUpProps) {
  useReturnFocus();
  const confirm = useConfirm();
  const codes = confirm.data?.recovery_codes;
  const title = codes ? t.secondFactor.recovery : t.secondFactor.setUpTitle;
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      {!codes && <FirstCode made={made} confirm={confirm} />}
      {codes && <RecoveryCodes codes={codes} email={email} onClose={onClose} />}
    </Modal>
  );
}

type FirstCodeProps = { made: NewSecondFactor; confirm: ReturnType<typeof useConfirm> };

function FirstCode({ made, confirm }: FirstCodeProps) {
  const [code, setCode] = useState("");
  const problems = problemsOf(confirm.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  return (
    <form className={styles.content} onSubmit={submit}>
      <div className={styles.scan}>
        <div className={styles.qr}>
          <Suspense fallback={<Skeleton height={158} />}>
            <QrCode text={made.otpauth_uri} label={t.secondFactor.qr} />
          </Suspense>
        </div>
        <div className={styles.words}>
          <p>{t.secondFactor.scan}</p>
          <p>{t.secondFactor.byHand}</p>
          <div className={styles.secret}>
            <code>{inGroups(made.secret)}</code>
            <CopyButton text={made.secret} />
          </div>
          <Anchor href={made.otpauth_uri}>{t.secondFactor.openApp}</Anchor>
        </div>
      </div>
      <TextInput
        className={styles.digits}
        label={t.secondFactor.code}
        description={t.secondFactor.codeHint}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={problems.code ?? problems.other}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Button type="submit" loading={confirm.isPending}>
        {t.secondFactor.confirm}
      </Button>
    </form>
  );
}

/** Four letters at a time are easier to type. */
function inGroups(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
