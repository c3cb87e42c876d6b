import { Button, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { Industry, Organization, WeekStart } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { useUnsaved } from "../../../ui/unsaved";
import { currencies, weekStarts, zonesWith } from "../settings/choices";
import styles from "../settings/Form.module.css";
import { useUpdateOrganization } from "./api";
import { industries } from "./industries";

/** Changes an organization, and what its new projects begin with. */
export function OrganizationForm({ organization }: { organization: Organization }) {
  const router = useRouter();
  const update = useUpdateOrganization(organization.id);
  const money = useMemo(currencies, []);
  const [version] = useState(organization.version);
  const [form, setForm] = useState(() => formOf(organization));
  const [defaults, setDefaults] = useState(organization.settings);
  const before = formOf(organization);
  const isSame =
    form.name === before.name &&
    form.slug === before.slug &&
    form.industry === before.industry &&
    defaults.default_time_zone === organization.settings.default_time_zone &&
    defaults.default_currency === organization.settings.default_currency &&
    defaults.default_week_start === organization.settings.default_week_start;
  useUnsaved(!isSame);
  const problem = update.isError ? problemOf(update.error) : undefined;
  const fields = problem?.fields ?? {};
  const slugError =
    problem?.code === "organization_slug_taken" ? t.refusals.organization_slug_taken : fields.slug;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await update.mutateAsync({ version, ...form, settings: defaults });
    await router.invalidate();
    notifications.show({ message: t.organizations.saved, icon: <Icon name="check" size={16} /> });
  };
  return (
    <form onSubmit={(event) => submit(event).catch(() => undefined)} className={styles.form}>
      <Card>
        <div className={styles.form}>
          <div className={styles.pair}>
            <TextInput
              label={t.organizations.name}
              value={form.name}
              required
              withAsterisk={false}
              maxLength={100}
              error={fields.name}
              onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
            />
            <TextInput
              label={t.organizations.slug}
              description={t.organizations.slugHint}
              inputWrapperOrder={["label", "input", "description", "error"]}
              value={form.slug}
              required
              withAsterisk={false}
              spellCheck={false}
              maxLength={100}
              error={slugError}
              onChange={(event) => setForm({ ...form, slug: event.currentTarget.value })}
            />
          </div>
          <Select
            label={t.organizations.industry}
            description={t.organizations.industryHint}
            inputWrapperOrder={["label", "input", "description", "error"]}
            placeholder={t.organizations.noIndustry}
            data={industries}
            value={form.industry ?? null}
            onChange={(value) => value && setForm({ ...form, industry: value as Industry })}
            allowDeselect={false}
          />
        </div>
      </Card>
      <Card title={t.organizations.defaults} hint={t.organizations.defaultsHint}>
        <div className={styles.pair}>
          <Select
            label={t.organizations.defaultZone}
            data={zonesWith(defaults.default_time_zone)}
            value={defaults.default_time_zone}
            placeholder={t.organizations.noZone}
            error={fields["settings.default_time_zone"]}
            onChange={(default_time_zone) => setDefaults({ ...defaults, default_time_zone })}
            searchable
            clearable
            limit={80}
          />
          <Select
            label={t.organizations.defaultWeekStart}
            data={weekStarts}
            value={defaults.default_week_start ?? "monday"}
            onChange={(value) =>
              value && setDefaults({ ...defaults, default_week_start: value as WeekStart })
            }
            allowDeselect={false}
          />
          <Select
            label={t.organizations.defaultCurrency}
            data={money}
            value={defaults.default_currency}
            placeholder={t.settings.noCurrency}
            error={fields["settings.default_currency"]}
            onChange={(default_currency) => setDefaults({ ...defaults, default_currency })}
            searchable
            clearable
            limit={80}
          />
        </div>
      </Card>
      {!(problem?.code === "organization_slug_taken") && (
        <FormProblem error={update.error} fields={Object.keys(fields)} />
      )}
      <Button type="submit" className={styles.save} disabled={isSame} loading={update.isPending}>
        {t.settings.save}
      </Button>
    </form>
  );
}

function formOf({ name, slug, industry }: Organization) {
  return { name, slug, industry: industry ?? undefined };
}
