import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { SignInProvider } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { ProviderMark } from "../identity/ProviderMark";
import { proofQuery, useProveByProvider } from "./api";
import styles from "./Proof.module.css";

type ByProviderProps = { provider: SignInProvider; onProved: () => void; onClose: () => void };

/** How often it is asked whether the other window is done. */
const everyMs = 1_000;

/** The provider, in a window of its own, so that what was begun here stays as it is. */
export function ByProvider({ provider, onProved, onClose }: ByProviderProps) {
  const prove = useProveByProvider();
  const [isWaiting, setWaiting] = useState(false);
  const proof = useQuery({ ...proofQuery, refetchInterval: isWaiting ? everyMs : false });
  const isProved = isWaiting && proof.data?.proved_until != null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the proof is there
  useEffect(() => {
    if (isProved) onProved();
  }, [isProved]);
  const open = async () => {
    // Opened in the click itself: a window that opens later is taken for an advertisement.
    const other = window.open("", "radix-proof", "popup,width=520,height=680");
    const here = window.location.pathname + window.location.search;
    const { url } = await prove.mutateAsync(other ? "/proved" : here);
    if (!other) return window.location.assign(url);
    other.location.href = url;
    setWaiting(true);
  };
  return (
    <>
      <p className={styles.lead}>{t.proof.byProvider(provider.name)}</p>
      <FormProblem error={prove.error} />
      <div className={styles.buttons} aria-live="polite">
        <Button variant="default" onClick={onClose}>
          {t.words.cancel}
        </Button>
        <Button
          leftSection={<ProviderMark id={provider.id} />}
          loading={prove.isPending}
          onClick={() => open().catch(() => undefined)}
          autoFocus
          data-autofocus
        >
          {t.identity.continueWith(provider.name)}
        </Button>
      </div>
      {isWaiting && <p className={styles.lead}>{t.proof.waiting}</p>}
    </>
  );
}
