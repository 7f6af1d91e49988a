import "@vestibule/ui/tokens.css";
import "@vestibule/ui/base.css";
import "@vestibule/ui/fonts";
import { pickLocale } from "@vestibule/ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { type Config, readConfig } from "./config.ts";
import { phoneFeel } from "./feel/feel.ts";
import { catchParcels } from "./feel/parcel-inbox.ts";
import { type Handset, keptHandset } from "./kept/handset.ts";
import { watchLaunches } from "./launch.ts";
import { CannotStart } from "./parts/cannot-start.tsx";
import { LoadGuard } from "./parts/load-guard.tsx";

// First of all: nothing may draw or fetch while a secret stands in the address.
const launches = watchLaunches();
const parcels = catchParcels();
const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");
const root = createRoot(place);

const config = await fetchConfig();
if (config === undefined) cannotStart("config");
else await start(config);

async function start(known: Config): Promise<void> {
  const inbox = parcels.open(known);
  const feel = phoneFeel();
  window.addEventListener("pointerdown", feel.wake, { passive: true });
  let kept: Handset | undefined;
  try {
    kept = await keptHandset();
  } catch {
    // A private window, or a frame whose browser keeps nothing for strangers.
    cannotStart("store");
    return;
  }
  root.render(
    <StrictMode>
      <LoadGuard locale={pickLocale(navigator.languages)}>
        <App config={known} launches={launches} kept={kept} feel={feel} inbox={inbox} />
      </LoadGuard>
    </StrictMode>,
  );
  if ("serviceWorker" in navigator && import.meta.env.PROD)
    await navigator.serviceWorker.register("/sw.js");
}

function cannotStart(why: "config" | "store"): void {
  root.render(<CannotStart locale={pickLocale(navigator.languages)} why={why} />);
}

async function fetchConfig(): Promise<Config | undefined> {
  try {
    const response = await fetch("/config.json", { cache: "no-cache" });
    return response.ok ? readConfig(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
