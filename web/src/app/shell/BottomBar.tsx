import { Link, useLocation } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { places } from "../places";
import styles from "./BottomBar.module.css";

type BottomBarProps = { project: string };

/** On a phone: the places where the thumb is. */
export function BottomBar({ project }: BottomBarProps) {
  const { pathname } = useLocation();
  return (
    <nav className={styles.bar} aria-label={t.shell.navigation}>
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          params={{ project }}
          className={styles.place}
          activeOptions={{ exact: place.key === "h", includeSearch: false }}
          activeProps={{ "data-active": true }}
          data-active={(place.key === "t" && pathname.startsWith("/o/")) || undefined}
        >
          <Icon name={place.icon} size={21} />
          {place.label.split(" ")[0]}
        </Link>
      ))}
    </nav>
  );
}
