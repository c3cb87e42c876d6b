import type { Project } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Facts } from "../../../ui/Facts";
import { retentionSentence } from "./retention";

/** A project for who may look at its settings alone. */
export function ProjectFacts({ project }: { project: Project }) {
  return (
    <Card hint={t.settings.readOnly} title={project.name}>
      <Facts
        facts={[
          [t.settings.description, project.description ?? t.settings.noDescription],
          [t.settings.timeZone, project.time_zone],
          [t.settings.weekStart, t.settings.weekStarts[project.week_start]],
          [t.settings.currency, project.currency ?? t.settings.noCurrency],
          [t.settings.retention, retentionSentence(project.retention_days)],
        ]}
      />
    </Card>
  );
}
