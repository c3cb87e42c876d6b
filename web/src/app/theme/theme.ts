import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";
import { t } from "../../texts/texts";

const accent: MantineColorsTuple = [
  "#ecf0fd",
  "#dbe3fb",
  "#b9c8f7",
  "#91a9f2",
  "#6a8aec",
  "#4368e6",
  "#2f57d9",
  "#2749bd",
  "#203c9c",
  "#1a307c",
];

// The library draws its own dark surfaces with these: our greys, from text to canvas.
const darkGreys: MantineColorsTuple = [
  "#e9ebef",
  "#c3c8d1",
  "#a9b0bc",
  "#8a92a0",
  "#363d49",
  "#282e38",
  "#1a1e25",
  "#14171c",
  "#101318",
  "#0d0f13",
];

const red: MantineColorsTuple = [
  "#fdecea",
  "#fbd5d2",
  "#f5aba5",
  "#ff8a80",
  "#e2584e",
  "#cf3b31",
  "#b3261e",
  "#9a1f18",
  "#7d1913",
  "#5f120d",
];

const floating = { shadow: "md", transitionProps: { transition: "pop", duration: 120 } } as const;

/**
 * Our look on top of the component library; colours and sizes come from tokens.css.
 *
 * Components are named and not imported: one that is set here would be part of the first load.
 */
export const theme = createTheme({
  colors: { accent, red, dark: darkGreys },
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 5 },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "11.5px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "3px", sm: "5px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  shadows: { sm: "var(--shadow-1)", md: "var(--shadow-2)", lg: "var(--shadow-2)", xl: "var(--shadow-2)" },
  components: {
    Button: { defaultProps: { size: "sm" }, styles: { label: { fontWeight: 550 } } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "lg" } },
    Input: { defaultProps: { size: "sm" } },
    InputWrapper: {
      styles: { label: { marginBottom: 5, fontWeight: 550 }, description: { marginBottom: 6 } },
    },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Menu: { defaultProps: { ...floating, hideDetached: false } },
    // A busy page can be told for a moment that the button of an open popover is out of sight; the popover would then
    // vanish under the pointer. So popovers stay, even when their button is scrolled away.
    Popover: { defaultProps: { ...floating, hideDetached: false } },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": t.words.close } } },
    Modal: {
      defaultProps: {
        closeButtonProps: { "aria-label": t.words.close },
        centered: true,
        radius: "lg",
        padding: "lg",
        overlayProps: { backgroundOpacity: 0.4 },
      },
      styles: { title: { fontWeight: 600, fontSize: "var(--text-lg)" } },
    },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: "xs" } },
    Skeleton: { defaultProps: { radius: "sm" } },
  },
});

/** Points the library's own variables at our tokens, so that both modes come from one list. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--text-3)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-placeholder": "var(--text-3)",
    "--mantine-color-anchor": "var(--accent-text)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-red-outline": "var(--bad)",
    "--mantine-color-gray-light-color": "var(--text-2)",
    "--mantine-color-gray-subtle-color": "var(--text-2)",
    "--mantine-color-gray-light-hover": "var(--hover)",
    "--mantine-color-gray-text": "var(--text-2)",
    "--mantine-color-accent-filled": "var(--accent)",
    "--mantine-color-accent-filled-hover": "var(--accent-hover)",
    "--mantine-color-accent-light": "var(--accent-soft)",
    "--mantine-color-accent-light-color": "var(--accent-text)",
    "--mantine-primary-color-filled": "var(--accent)",
    "--mantine-primary-color-filled-hover": "var(--accent-hover)",
  };
  return { variables: {}, light: shared, dark: shared };
};
