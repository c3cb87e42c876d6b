import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { problemOf } from "../../../api/problem";
import type { OwnIdentity, SignInProvider } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { explain } from "../../../ui/explain";
import { Icon } from "../../../ui/Icon";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { identityQuery, useConnect, useDisconnect } from "./api";
import styles from "./Identity.module.css";
import { IdentityProblem } from "./IdentityProblem";
import { ProviderMark } from "./ProviderMark";

type IdentityCardProps = { problem?: string };

/** With which provider one's account is connected; nothing where there is neither one nor a choice. */
export function IdentityCard({ problem }: IdentityCardProps) {
  const query = useQuery(identityQuery);
  const own = query.data;
  if (own && !own.provider && own.available.length === 0) return null;
  return (
    <Card title={t.identity.title} hint={t.identity.hint}>
      <div className={styles.content}>
        <IdentityProblem title={t.identity.linkFailed} code={problem} />
        {query.isPending && <SkeletonRows count={1} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {own?.provider && <Connected provider={own.provider} own={own} />}
        {own && !own.provider && <Choice providers={own.available} />}
      </div>
    </Card>
  );
}

function Connected({ provider, own }: { provider: SignInProvider; own: OwnIdentity }) {
  const [isAsking, asking] = useDisclosure();
  return (
    <div className={styles.connected}>
      <div>
        <p className={styles.name}>
          <ProviderMark id={provider.id} />
          {t.identity.connectedWith(provider.name)}
        </p>
        <p className={styles.hint}>
          {own.has_password ? t.identity.connectedHint : t.identity.needsPassword}
        </p>
      </div>
      <Button variant="default" onClick={asking.open} disabled={!own.has_password}>
        {t.identity.disconnect}
      </Button>
      {isAsking && <Disconnect provider={provider} onClose={asking.close} />}
    </div>
  );
}

function Disconnect({ provider, onClose }: { provider: SignInProvider; onClose: () => void }) {
  const disconnect = useDisconnect();
  const done = () => {
    onClose();
    notifications.show({
      message: t.identity.disconnected(provider.name),
      icon: <Icon name="check" size={16} />,
    });
  };
  return (
    <Modal opened onClose={onClose} title={t.identity.disconnectTitle(provider.name)}>
      <div className={styles.content}>
        <p>{t.identity.disconnectHint}</p>
        {disconnect.isError && <Failed error={disconnect.error} />}
        <Button
          color="red"
          loading={disconnect.isPending}
          onClick={() => disconnect.mutate(undefined, { onSuccess: done })}
        >
          {t.identity.disconnect}
        </Button>
      </div>
    </Modal>
  );
}

function Choice({ providers }: { providers: SignInProvider[] }) {
  const connect = useConnect();
  return (
    <div className={styles.content}>
      {connect.isError && <Failed error={connect.error} />}
      <div className={styles.buttons}>
        {providers.map(({ id, name }) => (
          <Button
            key={id}
            variant="default"
            leftSection={<ProviderMark id={id} />}
            loading={connect.isPending && connect.variables === id}
            onClick={() => connect.mutate(id)}
          >
            {t.identity.connect(name)}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Failed({ error }: { error: unknown }) {
  const problem = problemOf(error);
  return (
    <Note tone="bad" icon="alertTriangle">
      {t.identity.problems[problem.code] ?? explain(problem).hint}
    </Note>
  );
}
