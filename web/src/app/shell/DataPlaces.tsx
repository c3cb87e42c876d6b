import { Link } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { dataPlaces } from "../places";
import styles from "./DataPlaces.module.css";

type DataPlacesProps = { project: string };

/** On a phone, above every place about data: the others. */
export function DataPlaces({ project }: DataPlacesProps) {
  return (
    <nav className={styles.places} aria-label={t.places.data}>
      {dataPlaces.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          params={{ project }}
          className={styles.place}
          activeOptions={{ includeSearch: false }}
          activeProps={{ "data-active": true }}
        >
          {place.label}
        </Link>
      ))}
    </nav>
  );
}
