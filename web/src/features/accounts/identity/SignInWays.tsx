import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { t } from "../../../texts/texts";
import { instanceQuery } from "../api";
import styles from "./Identity.module.css";
import { ProviderMark } from "./ProviderMark";

type SignInWaysProps = { next?: string };

/** A button for each provider that people may sign in with; nothing where there is none. */
export function SignInWays({ next }: SignInWaysProps) {
  const instance = useQuery(instanceQuery);
  const providers = instance.data?.sign_in_providers ?? [];
  if (providers.length === 0) return null;
  const query = next ? `?next=${encodeURIComponent(next)}` : "";
  return (
    <div className={styles.ways}>
      <div className={styles.or}>{t.identity.or}</div>
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          component="a"
          href={`/api/v1/sign_in/${id}${query}`}
          variant="default"
          size="md"
          fullWidth
          leftSection={<ProviderMark id={id} />}
        >
          {t.identity.continueWith(name)}
        </Button>
      ))}
    </div>
  );
}
