import { Link, useParams } from "@tanstack/react-router";
import { t } from "../../../texts/texts";
import type { SetupName } from "./setups";
import styles from "./Trouble.module.css";

type TroubleProps = { setup: SetupName };

const onPages: SetupName[] = ["web", "browser", "posthog-js", "segment-web", "rudderstack"];

/** What to look at when nothing comes. */
export function Trouble({ setup }: TroubleProps) {
  const { project } = useParams({ from: "/signed-in/p/$project" });
  const { title, key, blocker, cors, refused, filtered, filteredLink } = t.collection.trouble;
  return (
    <details className={styles.trouble}>
      <summary>{title}</summary>
      <ul>
        <li>{key}</li>
        {onPages.includes(setup) && (
          <>
            <li>{blocker}</li>
            <li>{cors}</li>
          </>
        )}
        <li>{refused}</li>
        <li>
          {filtered}{" "}
          <Link to="/p/$project/ingestion" params={{ project }}>
            {filteredLink}
          </Link>
        </li>
      </ul>
    </details>
  );
}
