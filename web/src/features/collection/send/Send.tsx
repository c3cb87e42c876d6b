import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { CopyButton } from "../../../ui/CopyButton";
import { Icon } from "../../../ui/Icon";
import { Note } from "../../../ui/Note";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { keysQuery, useCreateKey } from "../../tenancy/keys/api";
import { may } from "../../tenancy/settings/sections";
import { Arrival } from "./Arrival";
import styles from "./Send.module.css";
import { SendStep } from "./SendStep";
import { SetupChoice } from "./SetupChoice";
import { Trouble } from "./Trouble";

const route = getRouteApi("/signed-in/p/$project/data/send");

/** From nothing to the first event: a key, a few lines, and the event itself. */
export function Send() {
  const { project } = route.useParams();
  const { with: chosen = "web" } = route.useSearch();
  const navigate = route.useNavigate();
  const [key, setKey] = useState("");
  return (
    <Page title={t.places.send} lead={t.collection.sendLead} width="text">
      <ol className={styles.steps}>
        <SendStep number={1} title={t.collection.stepKey} hint={t.collection.stepKeyHint} isDone={key !== ""}>
          <KeyStep key={project} project={project} value={key} onKey={setKey} />
        </SendStep>
        <SendStep number={2} title={t.collection.stepSend} hint={t.collection.stepSendHint}>
          <SetupChoice
            value={key}
            chosen={chosen}
            onChoose={(name) =>
              navigate({ search: { with: name === "web" ? undefined : name }, replace: true })
            }
          />
        </SendStep>
        <SendStep number={3} title={t.collection.stepSee}>
          <Arrival key={project} project={project} />
          <Trouble setup={chosen} />
        </SendStep>
      </ol>
    </Page>
  );
}

type KeyStepProps = { project: string; value: string; onKey: (key: string) => void };

function KeyStep({ project, value, onKey }: KeyStepProps) {
  const keys = useQuery(keysQuery(project));
  const create = useCreateKey(project);
  const { project: inSight } = useProject();
  const mayCreate = inSight !== undefined && may(inSight, "api_keys:create");
  const [name, setName] = useState("");
  const active = (keys.data ?? []).filter((one) => one.is_active && one.kind === "write").length;

  if (create.data) {
    return (
      <div className={styles.made}>
        <div className={styles.key}>
          <code>{create.data.key}</code>
          <CopyButton text={create.data.key} />
        </div>
        <Note tone="warn" icon="key">
          {t.collection.keyOnce}
        </Note>
      </div>
    );
  }
  return (
    <div className={styles.made}>
      {!mayCreate && active === 0 && <p className={styles.note}>{t.collection.askForKey}</p>}
      {mayCreate && (
        <form
          className={styles.create}
          onSubmit={(event) => {
            event.preventDefault();
            const key = { name: name.trim() || t.collection.keyNameDefault };
            create.mutate(key, { onSuccess: (made) => onKey(made.key) });
          }}
        >
          <TextInput
            className={styles.name}
            label={t.collection.keyName}
            placeholder={t.collection.keyNameDefault}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" leftSection={<Icon name="key" size={16} />} loading={create.isPending}>
            {t.collection.createKey}
          </Button>
        </form>
      )}
      {create.isError && <ProblemNote error={create.error} />}
      {active > 0 && (
        <TextInput
          label={
            mayCreate ? `${t.collection.haveKeys(active)} ${t.collection.useOther}` : t.collection.useAny
          }
          placeholder={t.collection.yourKey}
          value={value}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onKey(event.currentTarget.value.trim())}
        />
      )}
    </div>
  );
}
