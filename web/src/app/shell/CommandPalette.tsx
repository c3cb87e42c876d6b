import { notifications } from "@mantine/notifications";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import "@mantine/spotlight/styles.layer.css";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Me, OrganizationSummary, ProjectSummary } from "../../api/types";
import { catalogueEventsQuery } from "../../features/insights/api";
import { eventName } from "../../features/insights/properties";
import { administration } from "../../features/system/sections";
import { organizationSections, projectSections } from "../../features/tenancy/settings/sections";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { places } from "../places";
import { useColorScheme } from "../theme/useColorScheme";
import styles from "./CommandPalette.module.css";
import { projectOrganizations, type Thing } from "./NewThing";

type CommandPaletteProps = {
  me: Me;
  project?: ProjectSummary;
  organization?: OrganizationSummary;
  onNew: (thing: Thing) => void;
  onClose: () => void;
  onKeys: () => void;
};

/** Everything by name: places, settings, projects, what can be made, events, the look. */
export default function CommandPalette(props: CommandPaletteProps) {
  const { onClose } = props;
  const [[store, actions]] = useState(createSpotlight);
  useReturnFocus();
  const groups = useGroups(props);
  useEffect(() => actions.open(), [actions]);
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={groups}
      onSpotlightClose={onClose}
      nothingFound={t.palette.nothing}
      highlightQuery
      scrollable
      overlayProps={{ backgroundOpacity: 0.35, blur: 1 }}
      title={t.palette.title}
      classNames={{ content: styles.content, actionsGroup: styles.group, action: styles.action }}
      maxHeight={420}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: t.palette.placeholder,
        "aria-label": t.palette.title,
      }}
    />
  );
}

function useGroups(props: CommandPaletteProps): SpotlightActionGroupData[] {
  const { me, organization, onNew, onKeys } = props;
  const project = props.project?.id;
  const navigate = useNavigate();
  const { choose } = useColorScheme();
  const events = useQuery({ ...catalogueEventsQuery(project ?? ""), enabled: project !== undefined });
  const icon = (name: Parameters<typeof Icon>[0]["name"]) => <Icon name={name} />;

  const goTo = project
    ? places.map((place) => ({
        id: place.to,
        label: place.label,
        leftSection: icon(place.icon),
        rightSection: <kbd>g {place.key}</kbd>,
        onClick: () => navigate({ to: place.to, params: { project } }),
      }))
    : [];
  const settings = [
    ...(props.project ? projectSections(props.project) : []).map(({ to, label, icon: name }) => ({
      id: to,
      label: `${t.palette.projectSettings}: ${label}`,
      leftSection: icon(name),
      onClick: () => project && navigate({ to, params: { project } }),
    })),
    ...(organization ? organizationSections(organization) : []).map(({ to, label, icon: name }) => ({
      id: to,
      label: `${t.palette.organizationSettings}: ${label}`,
      leftSection: icon(name),
      onClick: () => organization && navigate({ to, params: { organization: organization.id } }),
    })),
    ...me.organizations
      .filter(({ id }) => id !== organization?.id)
      .map(({ id, name }) => ({
        id: `organization ${id}`,
        label: t.organizations.settingsOf(name),
        leftSection: icon("building"),
        onClick: () => navigate({ to: "/o/$organization/settings", params: { organization: id } }),
      })),
  ];
  const projects = me.projects
    .filter((candidate) => candidate.id !== project)
    .map((candidate) => ({
      id: candidate.id,
      label: candidate.name,
      leftSection: icon("stack2"),
      onClick: () => navigate({ to: "/p/$project", params: { project: candidate.id } }),
    }));
  const explore = (events.data ?? [])
    .filter((event) => !event.is_hidden)
    .slice(0, 40)
    .map((event) => ({
      id: `event ${event.name}`,
      label: t.palette.explore(eventName(event.name)),
      leftSection: icon("chartLine"),
      onClick: () =>
        project &&
        navigate({
          to: "/p/$project/explore",
          params: { project },
          search: { series: [{ event: event.name }] },
        }),
    }));
  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href);
    notifications.show({ message: t.explore.linkCopied });
  };
  return [
    {
      group: t.palette.goTo,
      actions: [
        ...goTo,
        ...(me.user.is_admin
          ? administration.map(({ to, label }) => ({
              id: to,
              label: `${t.system.admin}: ${label}`,
              leftSection: icon("shield"),
              onClick: () => navigate({ to }),
            }))
          : []),
        {
          id: "reference",
          label: t.places.reference,
          leftSection: icon("code"),
          onClick: () => navigate({ to: "/api-reference" }),
        },
      ],
    },
    { group: t.palette.projects, actions: projects },
    { group: t.palette.settings, actions: settings },
    {
      group: t.palette.actions,
      actions: [
        ...(projectOrganizations(me).length > 0
          ? [
              {
                id: "new project",
                label: t.shell.newProject,
                leftSection: icon("plus"),
                onClick: () => onNew("project"),
              },
            ]
          : []),
        {
          id: "new organization",
          label: t.organizations.new,
          leftSection: icon("building"),
          onClick: () => onNew("organization"),
        },
        { id: "link", label: t.palette.copyLink, leftSection: icon("link"), onClick: copyLink },
        { id: "keys", label: t.shell.keys, leftSection: icon("keyboard"), onClick: onKeys },
        {
          id: "light",
          label: `${t.shell.theme}: ${t.shell.themes.light}`,
          leftSection: icon("sun"),
          onClick: () => choose("light"),
        },
        {
          id: "dark",
          label: `${t.shell.theme}: ${t.shell.themes.dark}`,
          leftSection: icon("moon"),
          onClick: () => choose("dark"),
        },
        {
          id: "auto",
          label: `${t.shell.theme}: ${t.shell.themes.auto}`,
          leftSection: icon("deviceDesktop"),
          onClick: () => choose("auto"),
        },
      ],
    },
    { group: t.palette.events, actions: explore },
  ];
}
