import { Link, useLocation } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { dataPlaces, phonePlaces } from "../places";
import styles from "./BottomBar.module.css";

type BottomBarProps = { project: string };

/** On a phone: the places where the thumb is. */
export function BottomBar({ project }: BottomBarProps) {
  const { pathname } = useLocation();
  return (
    <nav className={styles.bar} aria-label={t.shell.navigation}>
      {phonePlaces.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          params={{ project }}
          className={styles.place}
          activeOptions={{ exact: place.key === "h", includeSearch: false }}
          activeProps={{ "data-active": true }}
          data-active={isWithin(place.key, pathname) || undefined}
        >
          <Icon name={place.icon} size={21} />
          {place.area === "data" ? t.places.data : place.label.split(" ")[0]}
        </Link>
      ))}
    </nav>
  );
}

/** Some addresses belong to a place that has another one. */
function isWithin(key: string, pathname: string): boolean {
  if (key === "t") return pathname.startsWith("/o/");
  return key === dataPlaces[0]?.key && isOfData(pathname);
}

function isOfData(pathname: string): boolean {
  return dataPlaces.some(({ to }) => pathname.endsWith(to.replace("/p/$project", "")));
}
