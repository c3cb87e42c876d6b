import { Button, Modal, Radio, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { ApiKey, KeyKind, ProjectSummary } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { useClose } from "../../../ui/unsaved";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { useCreateKey, useUpdateKey } from "./api";
import styles from "./Keys.module.css";
import { ScopesPicker } from "./ScopesPicker";
import { ShownOnce } from "./ShownOnce";
import { dayOf, endOfDay } from "./status";

type KeyFormProps = { project: ProjectSummary; apiKey?: ApiKey; onClose: () => void };

/** The form knows days, the server moments: an end on the same day was not touched. */
function isSameEnd(end: string, { expires_at }: ApiKey): boolean {
  return expires_at !== null && dayOf(expires_at) === dayOf(end);
}

type Expiry = keyof typeof t.apiKeys.expiresIn;
const expiries = ["never", "30", "90", "365", "day"] as const satisfies readonly Expiry[];

/** Makes a key and shows it, once; or changes one. */
export function KeyForm({ project, apiKey, onClose }: KeyFormProps) {
  useReturnFocus();
  const create = useCreateKey(project.id);
  const update = useUpdateKey(project.id);
  const [version] = useState(apiKey?.version);
  const [name, setName] = useState(apiKey?.name ?? "");
  const [kind, setKind] = useState<KeyKind>(apiKey?.kind ?? "write");
  const [scopes, setScopes] = useState(apiKey?.scopes ?? ["insights:run"]);
  const [expiry, setExpiry] = useState<Expiry>(apiKey?.expires_at ? "day" : "never");
  const [day, setDay] = useState(apiKey?.expires_at ? dayOf(apiKey.expires_at) : "");
  const now = JSON.stringify([name, kind, scopes, expiry, day]);
  const [before] = useState(now);
  const close = useClose(now !== before && !create.data, onClose);
  const error = apiKey ? update.error : create.error;
  const fields = error ? problemOf(error).fields : {};
  const scopesError = Object.entries(fields).find(([field]) => field.startsWith("scopes"))?.[1];

  const expires_at = () => {
    if (expiry === "never") return null;
    if (expiry === "day") return endOfDay(day) ?? null;
    return new Date(Date.now() + Number(expiry) * 86_400_000).toISOString();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const key = {
      name: name.trim(),
      scopes: kind === "secret" ? scopes : [],
      expires_at: expires_at(),
    };
    if (!apiKey) {
      await create.mutateAsync({ ...key, kind });
      return;
    }
    // What stays as it is is not sent: who renames a key need not have all that it may do.
    const sameScopes = key.scopes.toSorted().join() === apiKey.scopes.toSorted().join();
    const sameEnd = key.expires_at === null ? apiKey.expires_at === null : isSameEnd(key.expires_at, apiKey);
    await update.mutateAsync({
      id: apiKey.id,
      version: version ?? apiKey.version,
      name: key.name,
      ...(sameScopes ? {} : { scopes: key.scopes }),
      ...(sameEnd ? {} : { expires_at: key.expires_at }),
    });
    notifications.show({ message: t.apiKeys.saved(key.name) });
    onClose();
  };
  if (create.data) {
    return (
      <Modal opened onClose={onClose} title={t.apiKeys.created} closeOnClickOutside={false} size="lg">
        <ShownOnce made={create.data} project={project.id} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <Modal
      opened
      onClose={close}
      title={apiKey ? t.apiKeys.editTitle(apiKey.name) : t.apiKeys.new}
      size={kind === "secret" ? "xl" : "md"}
    >
      <form className={styles.content} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <TextInput
          label={t.apiKeys.name}
          placeholder={t.apiKeys.namePlaceholder}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fields.name}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        {!apiKey && (
          <Radio.Group label={t.apiKeys.kind} value={kind} onChange={(value) => setKind(value as KeyKind)}>
            <div className={styles.choices}>
              {(["write", "secret"] as const).map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={t.apiKeys.kinds[one]}
                  description={t.apiKeys.kindHints[one]}
                />
              ))}
            </div>
          </Radio.Group>
        )}
        {kind === "secret" && (
          <ScopesPicker project={project} scopes={scopes} onScopes={setScopes} error={scopesError} />
        )}
        <div className={styles.pair}>
          <Select
            label={t.apiKeys.expires}
            data={expiries.map((value) => ({ value, label: t.apiKeys.expiresIn[value] }))}
            value={expiry}
            onChange={(value) => value && setExpiry(value as Expiry)}
            error={fields.expires_at}
            allowDeselect={false}
          />
          {expiry === "day" && (
            <TextInput
              type="date"
              label={t.apiKeys.day}
              value={day}
              min={dayOf(new Date().toISOString())}
              onChange={(event) => setDay(event.currentTarget.value)}
              required
              withAsterisk={false}
            />
          )}
        </div>
        <FormProblem error={error} fields={["name", "expires_at", ...Object.keys(fields)]} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={close}>
            {t.words.cancel}
          </Button>
          <Button
            type="submit"
            loading={create.isPending || update.isPending}
            disabled={kind === "secret" && scopes.length === 0}
          >
            {apiKey ? t.apiKeys.save : t.apiKeys.create}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
