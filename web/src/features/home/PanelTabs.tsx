import { SegmentedControl } from "@mantine/core";

type PanelTabsProps = {
  tabs: Record<string, string>;
  tab: string;
  label: string;
  onTab: (tab: string) => void;
};

/** Chooses the property a list is about. */
export function PanelTabs({ tabs, tab, label, onTab }: PanelTabsProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={tab}
      onChange={onTab}
      data={Object.entries(tabs).map(([value, name]) => ({ value, label: name }))}
    />
  );
}
