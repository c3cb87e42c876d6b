import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { NewProject } from "../../features/tenancy/NewProject";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { useTitle } from "../../ui/Page";

/** The first look of someone without a project. */
export function NoProject() {
  useTitle(t.shell.noProject);
  const [isCreating, creating] = useDisclosure();
  return (
    <div style={{ paddingTop: "12vh" }}>
      <Empty
        icon="stack2"
        title={t.shell.noProject}
        hint={t.shell.noProjectHint}
        action={<Button onClick={creating.open}>{t.shell.createProject}</Button>}
      />
      <NewProject opened={isCreating} onClose={creating.close} />
    </div>
  );
}
