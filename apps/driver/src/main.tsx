import "@vestibule/ui/tokens.css";
import "@vestibule/ui/base.css";
import "@vestibule/ui/fonts";
import { pickLocale } from "@vestibule/ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { type Config, readConfig } from "./config.ts";
import { phoneFeel } from "./feel/feel.ts";
import { openParcelInbox } from "./feel/parcel-inbox.ts";
import { keptHandset } from "./kept/handset.ts";
import { takeLaunch } from "./launch.ts";
import { ConfigMissing } from "./parts/config-missing.tsx";

// First of all: nothing may draw or fetch while a secret stands in the address.
const launch = takeLaunch();
const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");
const root = createRoot(place);

const config = await fetchConfig();
if (config === undefined) {
  root.render(<ConfigMissing locale={pickLocale(navigator.languages)} />);
} else {
  const inbox = openParcelInbox(config);
  const feel = phoneFeel();
  window.addEventListener("pointerdown", feel.wake, { passive: true });
  const kept = await keptHandset();
  root.render(
    <StrictMode>
      <App config={config} launch={launch} kept={kept} feel={feel} inbox={inbox} />
    </StrictMode>,
  );
  if ("serviceWorker" in navigator && import.meta.env.PROD)
    void navigator.serviceWorker.register("/sw.js");
}

async function fetchConfig(): Promise<Config | undefined> {
  try {
    const response = await fetch("/config.json", { cache: "no-cache" });
    return response.ok ? readConfig(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
