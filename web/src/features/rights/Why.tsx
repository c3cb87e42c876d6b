import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { permissionName } from "../../texts/permissionName";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import {
  type Action,
  type Explanation,
  explainQuery,
  foldersQuery,
  principalsQuery,
  type Resource,
  vocabularyQuery,
} from "./api";
import { personName, ruleText } from "./matrix";
import styles from "./Rights.module.css";
import { asTree } from "./tree";

const route = getRouteApi("/signed-in/p/$project/settings/rights");

type WhyProps = { organization: string; project: string; aboutOthers: boolean };

/** Answers why somebody may do something here, or may not. */
export function Why({ organization, project, aboutOthers }: WhyProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { user, action = "run", resource = "insights", folder } = search;
  const isFolder = resource === "folders";
  const vocabulary = useQuery(vocabularyQuery);
  const principals = useQuery(principalsQuery(organization));
  const folders = useQuery({ ...foldersQuery(project), enabled: isFolder });
  const query = useQuery(
    explainQuery(project, { user, action, resource, folder: isFolder ? folder : undefined }),
  );
  const set = (change: Partial<typeof search>) => navigate({ search: { ...search, tab: "why", ...change } });
  const actions = vocabulary.data?.resources.find((one) => one.resource === resource)?.actions ?? [action];
  const choose = (next: Resource) => {
    const possible = vocabulary.data?.resources.find((one) => one.resource === next)?.actions ?? [];
    set({ resource: next, action: possible.includes(action) ? action : possible[0], folder: undefined });
  };
  const people = principals.data?.people ?? [];
  return (
    <Card title={t.rights.tabs.why} hint={t.rights.whyLead}>
      <div className={styles.line}>
        {aboutOthers && (
          <Select
            label={t.rights.whyWho}
            data={[
              { value: "", label: t.rights.me },
              ...people.map((one) => ({ value: one.id, label: personName(one) })),
            ]}
            value={user ?? ""}
            onChange={(value) => set({ user: value || undefined })}
            searchable
            allowDeselect={false}
          />
        )}
        <Select
          label={t.rights.whyAction}
          data={actions.map((value) => ({ value, label: t.rights.actions[value] }))}
          value={action}
          onChange={(value) => value && set({ action: value as Action })}
          allowDeselect={false}
        />
        <Select
          label={t.rights.whyResource}
          data={vocabulary.data?.resources.map((one) => ({
            value: one.resource,
            label: t.rights.resources[one.resource],
          }))}
          value={resource}
          onChange={(value) => value && choose(value as Resource)}
          allowDeselect={false}
        />
        {isFolder && (
          <Select
            label={t.rights.whyFolder}
            data={[
              { value: "", label: t.rights.anyFolder },
              ...asTree(folders.data ?? []).map(({ folder: one }) => ({ value: one.id, label: one.name })),
            ]}
            value={folder ?? ""}
            onChange={(value) => set({ folder: value || undefined })}
            allowDeselect={false}
          />
        )}
      </div>
      {query.isPending && <SkeletonRows count={4} height={30} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data && <Verdict explanation={query.data} />}
    </Card>
  );
}

/** The server names permissions as programs do. */
function inWords(text: string): string {
  return text.replaceAll(/\b[a-z_]+:[a-z]+\b/g, (word) => `“${permissionName(word)}”`);
}

function Verdict({ explanation }: { explanation: Explanation }) {
  const { allowed, steps, rows, has_limited_rows } = explanation;
  return (
    <div aria-live="polite">
      <span className={styles.verdict} data-allowed={allowed || undefined}>
        <Icon name={allowed ? "check" : "x"} size={16} />
        {allowed ? t.rights.may : t.rights.mayNot}
      </span>
      <h3 className={styles.part}>{t.rights.steps}</h3>
      <ol className={styles.items}>
        {steps.map((step) => (
          <li key={step.text} className={styles.step} data-allows={step.allows || undefined}>
            <Icon name={step.allows ? "check" : "x"} size={14} />
            {inWords(step.text)}
          </li>
        ))}
      </ol>
      <h3 className={styles.part}>{t.rights.visibleRows}</h3>
      {rows === null && (
        <p className={styles.sentence}>{has_limited_rows ? t.rights.someRows : t.rights.allRows}</p>
      )}
      {rows?.length === 0 && <p className={styles.sentence}>{t.rights.noRows}</p>}
      {rows?.map((rules) => {
        const text = rules.map(ruleText).join(" ");
        return (
          <p key={text} className={styles.sentence}>
            {text}
          </p>
        );
      })}
    </div>
  );
}
