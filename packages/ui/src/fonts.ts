// Self-hosted type: Vite copies these files beside the app, so no page asks another origin for a font.
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
