import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { Note } from "../../../ui/Note";
import styles from "./SecondFactor.module.css";

type RecoveryCodesProps = { codes: string[]; email: string; onClose: () => void };

/** Codes to keep, shown once. */
export function RecoveryCodes({ codes, email, onClose }: RecoveryCodesProps) {
  const clipboard = useClipboard({ timeout: 1600 });
  return (
    <div className={styles.content}>
      <Note tone="warn" icon="key">
        {t.secondFactor.recoveryHint}
      </Note>
      <ul className={styles.codes} aria-label={t.secondFactor.recovery}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button
          variant="default"
          leftSection={<Icon name={clipboard.copied ? "check" : "copy"} size={16} />}
          onClick={() => clipboard.copy(codes.join("\n"))}
        >
          {clipboard.copied ? t.secondFactor.copied : t.secondFactor.copyAll}
        </Button>
        <Button
          variant="default"
          component="a"
          leftSection={<Icon name="download" size={16} />}
          href={fileOf(codes, email)}
          download="radixinsight-recovery-codes.txt"
        >
          {t.secondFactor.download}
        </Button>
      </div>
      <Button onClick={onClose}>{t.secondFactor.kept}</Button>
    </div>
  );
}

function fileOf(codes: string[], email: string): string {
  const lines = [t.secondFactor.fileHead(email), "", ...codes, "", t.secondFactor.fileFoot, ""];
  return `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join("\n"))}`;
}
