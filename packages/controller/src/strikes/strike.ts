/** How an entrance can tell what its door did; each has its own truth on every screen. */
export type Sensing = "contact" | "current" | "none";

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

/** Why a strike cannot be relied on. `late` = a command arrived after its deadline and was not done. */
export type StrikeFault = "jammed" | "welded" | "sensing-lost" | "unreachable" | "late";

/** One release. The strike re-locks by its own one-shot after `pulseMs` even if this process dies. */
export interface Pulse {
  /** The attempt's id; the same id never fires twice. */
  readonly pulseId: string;
  /** How long the release lasts, in ms; at most `pulseMsMax`. */
  readonly pulseMs: number;
  /** How long from now the command may still fire, in ms. After it, it must never execute. */
  readonly fireWithinMs: number;
}

/** A hardware bound on every pulse, whatever a policy says (papers: release at most 10,000 ms). */
export const pulseMsMax = 10_000;

/** Longest a command may wait before it fires, in ms. */
export const fireWithinMsMax = 10_000;
/** Longest id of a pulse, in characters. */
export const pulseIdLengthMax = 64;

/**
 * What a controller drives: a relay across the buzzer's release, a Matter lock, a virtual door.
 * A strike knows nothing of papers. It is fail-secure: silence, crash or doubt is a locked door.
 */
export interface Strike {
  readonly sensing: Sensing;
  /** Whether a release may be attempted now (reachable, not jammed, not welded). */
  readonly healthy: () => boolean;
  /**
   * Asks for one release. Resolves when the command was handed over or given up; what happened
   * comes as reports (`late`, `unreachable` among them). A repeated `pulseId` resolves and does
   * nothing. Rejects with RangeError only, for a pulse outside the bounds above.
   */
  readonly release: (pulse: Pulse) => Promise<void>;
  /** Reports, in order, until the returned function is called. */
  readonly subscribe: (listener: (report: StrikeReport) => void) => () => void;
  readonly close: () => Promise<void>;
}
