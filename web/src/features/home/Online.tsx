import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { compact } from "../../charts/format";
import { locale, t } from "../../texts/texts";
import { LiveDot } from "../../ui/LiveDot";
import { onlineQuery } from "../insights/api";
import styles from "./Online.module.css";

/** How many people are there now. */
export function Online({ project }: { project: string }) {
  const query = useQuery(onlineQuery(project));
  if (!query.data) return null;
  const { people, minutes } = query.data;
  return (
    <Link
      className={styles.online}
      to="/p/$project/live"
      params={{ project }}
      title={t.home.onlineHint(minutes)}
    >
      <LiveDot isLive={people > 0} />
      {t.home.online(compact(people, "number", locale), people)}
    </Link>
  );
}
