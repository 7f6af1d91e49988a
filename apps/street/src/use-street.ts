import { useCallback, useEffect, useState } from "react";
import type { DoorChange, StreetFeed, StreetState } from "./feed.ts";

/** What the page knows of the street. */
export type StreetView =
  | { readonly kind: "loading" }
  | { readonly kind: "failed" }
  | { readonly kind: "ready"; readonly state: StreetState; readonly hearing: boolean };

/** How long a page that could not read the street at all waits until it tries again, in ms. */
const readAgainMs = 2_000;

/** Follows the street: reads it, listens, and reads it again after every silence and failure. */
export function useStreet(feed: StreetFeed): {
  readonly view: StreetView;
  readonly retry: () => void;
} {
  const [view, setView] = useState<StreetView>({ kind: "loading" });

  const read = useCallback(() => {
    feed.readState().then(
      (state) =>
        setView((before) => ({
          kind: "ready",
          state,
          hearing: before.kind !== "ready" || before.hearing,
        })),
      () => setView((before) => (before.kind === "ready" ? before : { kind: "failed" })),
    );
  }, [feed]);

  useEffect(() => {
    read();
    return feed.watch({
      onChange: (change) => setView((before) => withChange(before, change)),
      onHearing: (hearing) => {
        setView((before) => (before.kind === "ready" ? { ...before, hearing } : before));
        // Changes during a silence are lost, so the whole is read anew.
        if (hearing) read();
      },
    });
  }, [feed, read]);

  useEffect(() => {
    // Each failure is a view of its own, so that each is followed by a reading.
    if (view.kind !== "failed") return;
    const timer = setTimeout(read, readAgainMs);
    return () => clearTimeout(timer);
  }, [view, read]);

  return { view, retry: read };
}

/** The view after one door moved; a door of which nothing is known changes nothing. */
export function withChange(view: StreetView, change: DoorChange): StreetView {
  if (view.kind !== "ready") return view;
  const buildings = view.state.buildings.map((building) =>
    building.doors.some((door) => door.id === change.doorId)
      ? {
          ...building,
          doors: building.doors.map((door) =>
            door.id === change.doorId ? { ...door, state: change.state } : door,
          ),
        }
      : building,
  );
  return { ...view, state: { ...view.state, buildings } };
}
