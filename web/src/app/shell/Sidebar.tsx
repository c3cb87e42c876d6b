import { ActionIcon, Tooltip } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { Me, OrganizationSummary, ProjectSummary } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { dataPlaces, places } from "../places";
import { AccountMenu } from "./AccountMenu";
import { ProjectSwitcher } from "./ProjectSwitcher";
import { SearchButton } from "./SearchButton";
import styles from "./Sidebar.module.css";
import type { Fold } from "./useFold";

type SidebarProps = {
  me: Me;
  project?: ProjectSummary;
  organization?: OrganizationSummary;
  fold: Fold;
  onPalette: () => void;
  onKeys: () => void;
};

const main = places.filter((place) => place.area === undefined && place.key !== "t");
const last = places.filter((place) => place.key === "t");

/** The places, always at the same spot. */
export function Sidebar({ me, project, organization, fold, onPalette, onKeys }: SidebarProps) {
  const foldLabel = fold.isFolded ? t.shell.unfold : t.shell.fold;
  return (
    <aside className={styles.sidebar}>
      <ProjectSwitcher me={me} project={project} organization={organization} />
      <SearchButton onClick={onPalette} />
      <nav className={styles.places} aria-label={t.shell.navigation}>
        {project && main.map((place) => <PlaceLink key={place.to} place={place} project={project.id} />)}
        {project && (
          <section className={styles.area} aria-label={t.places.data}>
            <p className={styles.areaName}>{t.places.data}</p>
            {dataPlaces.map((place) => (
              <PlaceLink key={place.to} place={place} project={project.id} />
            ))}
          </section>
        )}
        {project && last.map((place) => <PlaceLink key={place.to} place={place} project={project.id} />)}
      </nav>
      <div className={styles.foot}>
        {me.user.is_admin && (
          <Link
            to="/admin"
            className={styles.place}
            activeProps={{ "data-active": true }}
            title={t.system.admin}
          >
            <Icon name="shield" />
            <span className={styles.label}>{t.system.admin}</span>
          </Link>
        )}
        <Link
          to="/api-reference"
          className={styles.place}
          activeProps={{ "data-active": true }}
          title={t.places.reference}
        >
          <Icon name="code" />
          <span className={styles.label}>{t.places.reference}</span>
        </Link>
        <div className={styles.person}>
          <AccountMenu me={me} onKeys={onKeys} withName />
          <Tooltip label={`${foldLabel}  [`} position="right">
            <ActionIcon
              className={styles.fold}
              aria-label={foldLabel}
              aria-expanded={!fold.isFolded}
              onClick={fold.toggle}
            >
              <Icon name={fold.isFolded ? "layoutSidebarLeftExpand" : "layoutSidebarLeftCollapse"} />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
    </aside>
  );
}

type PlaceLinkProps = { place: (typeof places)[number]; project: string };

function PlaceLink({ place, project }: PlaceLinkProps) {
  const { pathname } = useLocation();
  // The settings of an organization have their own address, and are the same place.
  const isActive = (place.key === "t" && pathname.startsWith("/o/")) || undefined;
  return (
    <Link
      to={place.to}
      params={{ project }}
      className={styles.place}
      activeOptions={{ exact: place.key === "h", includeSearch: false }}
      activeProps={{ "data-active": true }}
      data-active={isActive}
      title={place.label}
    >
      <Icon name={place.icon} />
      <span className={styles.label}>{place.label}</span>
    </Link>
  );
}
