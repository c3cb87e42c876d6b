import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { useTitle } from "../../ui/Page";
import { NewThing, projectOrganizations, type Thing } from "./NewThing";
import { useProject } from "./useProject";

/** The first look of someone without a project. */
export function NoProject() {
  useTitle(t.shell.noProject);
  const { me } = useProject();
  const [making, setMaking] = useState<Thing>();
  const own = projectOrganizations(me);
  const isMember = own.length === 0 && me.organizations.length > 0;
  return (
    <div style={{ paddingTop: "12vh" }}>
      <Empty
        icon="stack2"
        title={t.shell.noProject}
        hint={
          isMember
            ? t.organizations.noAdmin
            : own.length > 0
              ? t.shell.noProjectHint
              : t.organizations.newHint
        }
        action={
          <>
            {own.length > 0 && <Button onClick={() => setMaking("project")}>{t.shell.createProject}</Button>}
            {own.length === 0 && !isMember && (
              <Button onClick={() => setMaking("organization")}>{t.organizations.create}</Button>
            )}
            {me.organizations[0] && (
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/o/$organization/settings"
                    params={{ organization: me.organizations[0]?.id ?? "" }}
                  />
                )}
              >
                {t.organizations.toSettings}
              </Button>
            )}
          </>
        }
      />
      <NewThing thing={making} me={me} organization={own[0]} onClose={() => setMaking(undefined)} />
    </div>
  );
}
