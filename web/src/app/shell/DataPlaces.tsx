import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { t } from "../../texts/texts";
import { dataPlaces } from "../places";
import styles from "./DataPlaces.module.css";

type DataPlacesProps = { project: string };

/** On a phone, above every place about data: the others. */
export function DataPlaces({ project }: DataPlacesProps) {
  const bar = useRef<HTMLElement>(null);
  const router = useRouter();
  useEffect(() => {
    const show = () => bar.current && showActive(bar.current);
    show();
    // Again at each place: the router carries the row over as it stood at the one before.
    return router.subscribe("onRendered", show);
  }, [router]);
  return (
    <nav ref={bar} className={styles.places} aria-label={t.places.data}>
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

/** The row is wider than a phone: the place one is at stands in its middle. */
function showActive(bar: HTMLElement): void {
  const active = bar.querySelector("[data-active]")?.getBoundingClientRect();
  if (!active) return;
  const { left, width } = bar.getBoundingClientRect();
  bar.scrollLeft += active.left - left - (width - active.width) / 2;
}
