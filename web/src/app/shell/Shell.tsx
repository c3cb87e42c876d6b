import { Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ProofGate } from "../../features/accounts/proof/ProofGate";
import { t } from "../../texts/texts";
import { useBeginning } from "../../ui/fresh";
import { showTimesIn } from "../../ui/instant";
import { useRememberedColorScheme } from "../theme/useColorScheme";
import { BottomBar } from "./BottomBar";
import { NewThing, type Thing } from "./NewThing";
import { NotFound } from "./NotFound";
import { ServerAway } from "./ServerAway";
import styles from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { TopBar } from "./TopBar";
import { UnsavedGuard } from "./UnsavedGuard";
import { useFold } from "./useFold";
import { useProject } from "./useProject";
import { useShellKeys } from "./useShellKeys";
import { useRememberedSingleKeys } from "./useSingleKeys";

const CommandPalette = lazy(() => import("./CommandPalette"));
const KeysHelp = lazy(() => import("./KeysHelp"));

type Overlay = "palette" | "keys" | undefined;

/** What is around every place: sidebar, or bars on a phone; the palette; the keys. */
export function Shell() {
  const { me, project, organization, isUnknown } = useProject();
  // Before anything within is drawn: its times are in this zone.
  showTimesIn(me.user.timezone ?? project?.time_zone);
  const [overlay, setOverlay] = useState<Overlay>();
  const [making, setMaking] = useState<Thing>();
  const fold = useFold();
  const beginning = useBeginning();
  useRememberedColorScheme();
  useRememberedSingleKeys();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useShellKeys({
    project: project?.id,
    onPalette: () => setOverlay("palette"),
    onKeys: () => setOverlay("keys"),
    onFold: fold.toggle,
  });

  // Readers hear the new place, and the next Tab begins in it.
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the place changes
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [pathname]);

  const openPalette = () => setOverlay("palette");
  return (
    <div className={styles.shell} data-folded={fold.isFolded || undefined}>
      <a className={styles.skip} href="#main">
        {t.shell.skip}
      </a>
      <Sidebar
        me={me}
        project={project}
        organization={organization}
        fold={fold}
        onPalette={openPalette}
        onKeys={() => setOverlay("keys")}
      />
      <TopBar
        me={me}
        project={project}
        organization={organization}
        onPalette={openPalette}
        onKeys={() => setOverlay("keys")}
      />
      <main id="main" ref={main} className={styles.main} tabIndex={-1}>
        <ServerAway />
        {isUnknown ? <NotFound /> : <Outlet key={beginning} />}
      </main>
      {project && <BottomBar project={project.id} />}
      <Suspense>
        {overlay === "palette" && (
          <CommandPalette
            me={me}
            project={project}
            organization={organization}
            onNew={setMaking}
            onClose={() => setOverlay(undefined)}
            onKeys={() => setOverlay("keys")}
          />
        )}
        {overlay === "keys" && <KeysHelp onClose={() => setOverlay(undefined)} />}
      </Suspense>
      <UnsavedGuard />
      <ProofGate />
      <NewThing thing={making} me={me} organization={organization} onClose={() => setMaking(undefined)} />
    </div>
  );
}
