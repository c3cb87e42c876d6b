import { ActionIcon, Button, MultiSelect, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { useProject } from "../../app/shell/useProject";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { ChangedMeanwhile } from "../../ui/ChangedMeanwhile";
import { explain } from "../../ui/explain";
import { Icon } from "../../ui/Icon";
import { useUnsaved } from "../../ui/unsaved";
import { type Permission, type Role, type RowRule, useSaveRole, type Vocabulary } from "./api";
import { Conditions } from "./Conditions";
import styles from "./Rights.module.css";
import { RoleMatrix } from "./RoleMatrix";

type RoleEditorProps = {
  organization: string;
  /** Absent for a new one. */
  role?: Role;
  vocabulary: Vocabulary;
  onDone: (role?: string) => void;
};

/** Changes a role: its matrix, the projects it counts in, the events it shows. */
export function RoleEditor({ organization, role, vocabulary, onDone }: RoleEditorProps) {
  const { me } = useProject();
  const save = useSaveRole(organization);
  const [version] = useState(role?.version);
  const [name, setName] = useState(role?.name ?? "");
  const [description, setDescription] = useState(role?.description ?? "");
  const [isActive, setActive] = useState(role?.is_active ?? true);
  const [permissions, setPermissions] = useState<Permission[]>(role?.permissions ?? []);
  const [rules, setRules] = useState<RowRule[]>(role?.row_rules ?? []);
  const [projects, setProjects] = useState<string[]>(projectsOf(role?.permissions ?? []));
  const now = JSON.stringify([name, description, isActive, permissions, rules, projects]);
  const [before] = useState(now);
  const release = useUnsaved(now !== before);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const change = {
      name: name.trim(),
      description,
      is_active: isActive,
      permissions: permissions.map((one) => within(one, projects)),
      row_rules: rules,
    };
    const saved = await save.mutateAsync({ id: role?.id, version, change });
    notifications.show({ message: t.rights.saved(saved.name), icon: <Icon name="check" size={16} /> });
    release();
    onDone(saved.id);
  };
  const problem = save.isError ? problemOf(save.error) : undefined;
  const others = problem && Object.entries(problem.fields).filter(([field]) => field !== "name");
  const setRule = (index: number, rule: RowRule) =>
    setRules(rules.map((one, place) => (place === index ? rule : one)));
  return (
    <Card title={role ? role.name : t.rights.newRole}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <TextInput
          label={t.rights.name}
          value={name}
          required
          withAsterisk={false}
          error={problem?.fields.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t.rights.description}
          value={description}
          autosize
          maxRows={4}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Switch
          label={t.rights.active}
          description={t.rights.activeHint}
          checked={isActive}
          onChange={(event) => setActive(event.currentTarget.checked)}
        />
        <div>
          <h3 className={styles.part}>{t.rights.matrix}</h3>
          <p className={styles.faint}>{t.rights.matrixHint}</p>
          <RoleMatrix vocabulary={vocabulary} permissions={permissions} onChange={setPermissions} />
          <Conditions permissions={permissions} />
        </div>
        <MultiSelect
          label={t.rights.onlyProjects}
          description={t.rights.onlyProjectsHint}
          data={me.projects
            .filter((one) => one.organization_id === organization)
            .map((one) => ({ value: one.id, label: one.name }))}
          value={projects}
          onChange={setProjects}
        />
        <div>
          <h3 className={styles.part}>{t.rights.rows}</h3>
          <p className={styles.faint}>{rules.length === 0 ? t.rights.allRows : t.rights.rowsHint}</p>
          {rules.map((rule, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no names, and are not moved.
            <div key={index} className={styles.rule}>
              <TextInput
                label={t.rights.property}
                placeholder="region"
                value={rule.property}
                onChange={(event) => setRule(index, { ...rule, property: event.currentTarget.value })}
              />
              <TagsInput
                label={t.rights.values}
                value={rule.allowed_values}
                onChange={(allowed_values) => setRule(index, { ...rule, allowed_values })}
              />
              <ActionIcon
                aria-label={t.rights.removeRule}
                onClick={() => setRules(rules.filter((_, place) => place !== index))}
              >
                <Icon name="x" size={16} />
              </ActionIcon>
            </div>
          ))}
          <Button
            size="xs"
            variant="subtle"
            mt="xs"
            leftSection={<Icon name="plus" size={15} />}
            onClick={() => setRules([...rules, { property: "", allowed_values: [] }])}
          >
            {t.rights.addRule}
          </Button>
        </div>
        {problem?.changed && <ChangedMeanwhile problem={problem} />}
        {problem && !problem.changed && !problem.fields.name && (
          <p role="alert" className={styles.problem}>
            {others && others.length > 0
              ? others.map(([field, detail]) => `${field} ${detail}`).join("; ")
              : problem.message || explain(problem).title}
          </p>
        )}
        <div className={styles.confirm}>
          <Button variant="default" onClick={() => onDone(role?.id)}>
            {t.words.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t.rights.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** The projects a role counts in: one choice for the whole role. */
function projectsOf(permissions: Permission[]): string[] {
  return [...new Set(permissions.flatMap((one) => one.conditions?.projects ?? []))];
}

function within(permission: Permission, projects: string[]): Permission {
  const { projects: _, ...others } = permission.conditions ?? {};
  const conditions = projects.length > 0 ? { ...others, projects } : others;
  const { resource, action } = permission;
  return Object.keys(conditions).length > 0 ? { resource, action, conditions } : { resource, action };
}
