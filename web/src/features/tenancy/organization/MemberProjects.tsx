import type { OrganizationMember, ProjectSummary } from "../../../api/types";
import { t } from "../../../texts/texts";
import { roleName } from "../../rights/matrix";
import styles from "./Members.module.css";

type MemberProjectsProps = { member: OrganizationMember; projects: ProjectSummary[] };

const mostShown = 3;

/** Where somebody may go, and as what: by places in projects, and by other roles given to them. */
export function MemberProjects({ member, projects }: MemberProjectsProps) {
  if (member.role !== "member") return t.organizations.allProjects;
  const nameOf = (id: string | null) =>
    id === null ? t.rights.everywhere : (projects.find((project) => project.id === id)?.name ?? "");
  const places = [
    ...member.projects.map((place) => ({
      id: place.project_id,
      text: t.organizations.projectRole(place.name, t.settings.roles[place.role]),
    })),
    ...member.roles.map((role) => ({
      id: `${role.role_id} ${role.project_id}`,
      text: t.organizations.projectRole(nameOf(role.project_id), roleName(role.name)),
    })),
  ];
  if (places.length === 0) return <span className={styles.none}>{t.organizations.noProjects}</span>;
  const hidden = places.slice(mostShown);
  return (
    <ul className={styles.places}>
      {places.slice(0, mostShown).map((place) => (
        <li key={place.id}>{place.text}</li>
      ))}
      {hidden.length > 0 && (
        <li title={hidden.map((place) => place.text).join("\n")}>{t.organizations.more(hidden.length)}</li>
      )}
    </ul>
  );
}
