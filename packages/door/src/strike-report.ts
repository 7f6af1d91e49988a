/** How an entrance can tell what its door did; each has its own truth on every screen. */
export type Sensing = "contact" | "current" | "none";

/** Why a strike cannot be relied on. `late` = a command arrived after its deadline and was not done. */
export type StrikeFault = "jammed" | "welded" | "sensing-lost" | "unreachable" | "late";

/**
 * What a strike says by itself, in the order it happened. `released` and `locked` speak of the lock,
 * `opened` and `closed` of the contact (only where sensing is `contact`), `current` of the coil
 * (only where sensing is `current`).
 */
export type StrikeReport =
  | { readonly kind: "released"; readonly pulseId: string }
  | { readonly kind: "current"; readonly pulseId: string }
  | { readonly kind: "locked"; readonly pulseId: string | undefined }
  | { readonly kind: "opened" }
  | { readonly kind: "closed" }
  | { readonly kind: "fault"; readonly pulseId: string | undefined; readonly fault: StrikeFault }
  | { readonly kind: "recovered" };
