import { useQuery } from "@tanstack/react-query";
import type { SystemSetting } from "../../api/types";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Page } from "../../ui/Page";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { settingsQuery } from "./api";
import { SettingRow } from "./SettingRow";

/** How the whole instance behaves. */
export function SystemSettings() {
  const query = useQuery(settingsQuery);
  const groups = Object.keys(t.system.groups) as SystemSetting["group"][];
  return (
    <Page title={t.system.tabs.settings} lead={t.system.lead} width="text">
      {query.isPending && (
        <Card>
          <SkeletonRows count={6} height={34} />
        </Card>
      )}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data &&
        groups.map((group) => (
          <Card key={group} title={t.system.groups[group]}>
            {query.data
              .filter((setting) => setting.group === group)
              .map((setting) => (
                <SettingRow key={`${setting.key} ${JSON.stringify(setting.value)}`} setting={setting} />
              ))}
          </Card>
        ))}
    </Page>
  );
}
