/** Mantine as it is, with one accent and colours whose text reaches a contrast of 4.5 in light and dark. */
import {
  Badge,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineTheme,
  Menu,
  Modal,
  Notification,
} from "@mantine/core";

export const theme = createTheme({
  components: {
    // Without it the first entry takes the focus, and a menu holds nothing but its entries.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    // The page has one banner; a dialog's title is none.
    ModalHeader: Modal.Header.extend({ defaultProps: { role: "presentation" } }),
    DrawerHeader: Drawer.Header.extend({ defaultProps: { role: "presentation" } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    // A badge is a word to be read: it widens its box instead of being cut.
    Badge: Badge.extend({
      styles: { root: { minWidth: "max-content", flexShrink: 0, textTransform: "none" } },
    }),
  },
  primaryColor: "blue",
  primaryShade: { light: 9, dark: 8 },
  defaultRadius: "sm",
  cursorType: "pointer",
  headings: {
    sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } },
  },
});

const TEXT_COLOURS = ["blue", "green", "red", "yellow", "orange", "gray", "teal", "grape"];

/** Where Mantine's darkest shade is still too light on its own tint. */
const DARKER: Record<string, string> = {
  blue: "#0f4c81",
  yellow: "#8a5300",
  green: "#1f6b2e",
  orange: "#a33c00",
  teal: "#076b4c",
};

/** Darker text on light tints and lighter text on dark ones than Mantine's own. */
export const cssVariables: CSSVariablesResolver = (mantine: MantineTheme) => {
  const light: Record<string, string> = {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6c757d",
    "--mantine-color-error": mantine.colors.red[9],
    "--mantine-color-anchor": mantine.colors.blue[9],
  };
  const dark: Record<string, string> = {
    "--mantine-color-dimmed": "#a6a9ad",
    "--mantine-color-placeholder": "#8d9196",
    "--mantine-color-error": mantine.colors.red[4],
    "--mantine-color-anchor": mantine.colors.blue[4],
  };
  for (const colour of TEXT_COLOURS) {
    const shades = mantine.colors[colour];
    light[`--mantine-color-${colour}-light-color`] = DARKER[colour] ?? shades?.[9] ?? "";
    dark[`--mantine-color-${colour}-light-color`] = shades?.[3] ?? "";
  }
  return { variables: {}, light, dark };
};
