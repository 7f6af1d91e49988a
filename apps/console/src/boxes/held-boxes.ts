import { useSyncExternalStore } from "react";

/** A box that proved to this page that it holds the secret of a card somebody showed it. */
export interface HeldBox {
  readonly ctl: string;
  readonly seal: string;
  /** The card's secret: in this page's memory only, gone with a reload. */
  readonly claim: Uint8Array;
}

const held = new Map<string, readonly HeldBox[]>();
const listeners = new Set<() => void>();
const none: readonly HeldBox[] = [];

/** Keeps a box and its card until it is adopted or the page is loaded anew. */
export function holdBox(buildingId: string, box: HeldBox): void {
  const others = (held.get(buildingId) ?? none).filter(({ ctl }) => ctl !== box.ctl);
  change(buildingId, [...others, box]);
}

/** Forgets a box's card. */
export function forgetBox(buildingId: string, ctl: string): void {
  change(
    buildingId,
    (held.get(buildingId) ?? none).filter((box) => box.ctl !== ctl),
  );
}

function change(buildingId: string, boxes: readonly HeldBox[]): void {
  held.set(buildingId, boxes);
  for (const listener of listeners) listener();
}

/** The boxes of a building whose cards this page was shown. */
export function useHeldBoxes(buildingId: string): readonly HeldBox[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => held.get(buildingId) ?? none,
  );
}
