import { useMantineColorScheme } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import "@mantine/spotlight/styles.layer.css";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Me } from "../../api/types";
import { catalogueEventsQuery } from "../../features/insights/api";
import { eventName } from "../../features/insights/properties";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { places } from "../places";
import styles from "./CommandPalette.module.css";

type CommandPaletteProps = { me: Me; project?: string; onClose: () => void; onKeys: () => void };

/** Everything by name: places, projects, events, the look. */
export default function CommandPalette({ me, project, onClose, onKeys }: CommandPaletteProps) {
  const [[store, actions]] = useState(createSpotlight);
  useReturnFocus();
  const groups = useGroups(me, project, onKeys);
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

function useGroups(me: Me, project: string | undefined, onKeys: () => void): SpotlightActionGroupData[] {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
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
  const projects = me.projects
    .filter((candidate) => candidate.id !== project)
    .map((candidate) => ({
      id: candidate.id,
      label: candidate.name,
      leftSection: icon("stack2"),
      onClick: () => navigate({ to: "/p/$project", params: { project: candidate.id } }),
    }));
  const explore = (events.data ?? []).slice(0, 40).map((event) => ({
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
        {
          id: "reference",
          label: t.places.reference,
          leftSection: icon("code"),
          onClick: () => navigate({ to: "/api-reference" }),
        },
      ],
    },
    { group: t.palette.projects, actions: projects },
    {
      group: t.palette.actions,
      actions: [
        { id: "link", label: t.palette.copyLink, leftSection: icon("link"), onClick: copyLink },
        { id: "keys", label: t.shell.keys, leftSection: icon("keyboard"), onClick: onKeys },
        {
          id: "light",
          label: `${t.shell.theme}: ${t.shell.themes.light}`,
          leftSection: icon("sun"),
          onClick: () => setColorScheme("light"),
        },
        {
          id: "dark",
          label: `${t.shell.theme}: ${t.shell.themes.dark}`,
          leftSection: icon("moon"),
          onClick: () => setColorScheme("dark"),
        },
        {
          id: "auto",
          label: `${t.shell.theme}: ${t.shell.themes.auto}`,
          leftSection: icon("deviceDesktop"),
          onClick: () => setColorScheme("auto"),
        },
      ],
    },
    { group: t.palette.events, actions: explore },
  ];
}
