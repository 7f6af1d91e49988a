import { readTapFragment, type Tap } from "./visit/visit-state.ts";

/** What brought the page here. */
export type Launch =
  | { readonly kind: "plain" }
  | { readonly kind: "tap"; readonly tap: Tap }
  /** The vetter's link; its secret is in here and nowhere else any more. */
  | { readonly kind: "enrol"; readonly fragment: string };

/**
 * Takes the fragment out of the address at once, before anything is drawn or fetched: a secret or a
 * tap must not stay in the address bar, the history or a bookmark.
 */
export function takeLaunch(): Launch {
  const fragment = window.location.hash;
  if (fragment !== "") history.replaceState(null, "", window.location.pathname);
  if (fragment.startsWith("#enrol=")) return { kind: "enrol", fragment };
  const tap = readTapFragment(fragment);
  return tap === undefined ? { kind: "plain" } : { kind: "tap", tap };
}
