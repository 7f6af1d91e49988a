import { createTheme, Drawer, Modal } from "@mantine/core";

/** Mantine as this page uses it; colours come from `packages/ui` through theme.css. */
export const mantineTheme = createTheme({
  cursorType: "pointer",
  components: {
    // Locking the scroll would write a style element, which the page's policy refuses; CSS does it.
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true } }),
  },
});
