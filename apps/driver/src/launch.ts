import { readTapFragment, type Tap } from "./visit/visit-state.ts";

/** What brought the page here. */
export type Launch =
  | { readonly kind: "plain" }
  | { readonly kind: "tap"; readonly tap: Tap }
  /** The vetter's link; its secret is in here and nowhere else any more. */
  | { readonly kind: "enrol"; readonly fragment: string };

/** What brought the page here, and what brings it here again: a tap may reuse an open tab. */
export interface Launches {
  readonly current: () => Launch;
  readonly listen: (heard: (launch: Launch) => void) => () => void;
}

/**
 * Watches the address from the page's first moment on, so that no tap is lost while the app starts.
 * Each fragment is taken out of the address at once, before anything is drawn or fetched: a secret
 * or a tap must not stay in the address bar, the history or a bookmark.
 */
export function watchLaunches(): Launches {
  let current = takeLaunch();
  const listeners = new Set<(launch: Launch) => void>();
  window.addEventListener("hashchange", () => {
    if (window.location.hash === "") return;
    current = takeLaunch();
    for (const heard of listeners) heard(current);
  });
  return {
    current: () => current,
    listen: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

function takeLaunch(): Launch {
  const fragment = window.location.hash;
  if (fragment !== "") history.replaceState(null, "", window.location.pathname);
  if (fragment.startsWith("#enrol=")) return { kind: "enrol", fragment };
  const tap = readTapFragment(fragment);
  return tap === undefined ? { kind: "plain" } : { kind: "tap", tap };
}
