import { Button, Chip, Input } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ProjectSummary } from "../../../api/types";
import { t } from "../../../texts/texts";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { vocabularyQuery } from "../../rights/api";
import styles from "./Keys.module.css";
import { askingScopes, offeredScopes, readingScopes } from "./scopes";

type ScopesPickerProps = {
  project: ProjectSummary;
  scopes: string[];
  onScopes: (scopes: string[]) => void;
  error?: string;
};

/** What a secret key may do: a line for what it is about, a chip for what is done. */
export function ScopesPicker({ project, scopes, onScopes, error }: ScopesPickerProps) {
  const vocabulary = useQuery(vocabularyQuery);
  const offered = offeredScopes(vocabulary.data, project.permissions, scopes);
  const all = offered.flatMap(({ resource, actions }) => actions.map((action) => `${resource}:${action}`));
  const presets = [
    [t.apiKeys.presets.ask, askingScopes(all)],
    [t.apiKeys.presets.read, readingScopes(all)],
    [t.apiKeys.presets.none, []],
  ] as const;
  return (
    <Input.Wrapper
      label={t.apiKeys.scopes}
      description={t.apiKeys.scopesHint}
      error={error}
      labelElement="div"
      role="group"
      aria-label={t.apiKeys.scopes}
    >
      <div className={styles.presets}>
        {presets.map(([label, chosen]) => (
          <Button key={label} size="compact-xs" variant="default" onClick={() => onScopes([...chosen])}>
            {label}
          </Button>
        ))}
      </div>
      {vocabulary.isPending && <SkeletonRows count={6} height={24} />}
      <div className={styles.scopes}>
        <Chip.Group multiple value={scopes} onChange={onScopes}>
          {offered.map(({ resource, actions }) => (
            <div key={resource} className={styles.scope}>
              <span>{t.rights.resources[resource]}</span>
              <div>
                {actions.map((action) => (
                  <Chip
                    key={action}
                    value={`${resource}:${action}`}
                    size="xs"
                    aria-label={`${t.rights.resources[resource]}: ${t.rights.actions[action]}`}
                  >
                    {t.rights.actions[action]}
                  </Chip>
                ))}
              </div>
            </div>
          ))}
        </Chip.Group>
      </div>
    </Input.Wrapper>
  );
}
