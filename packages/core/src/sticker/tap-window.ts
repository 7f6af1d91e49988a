/** The tag's counter has 24 bits; this many values, then it is spent. */
export const tapCounterEnd = 2 ** 24;
/** From here on the operator is told to plan a new sticker. */
export const tapCounterWarnAt = 2 ** 23;
/** From here on the sticker is due: some 65,000 taps remain, and after the last none is accepted. */
export const tapCounterRetireAt = tapCounterEnd - 2 ** 16;
/** How far behind the highest a counter may be and still open. */
export const tapWindowWidth = 64;
/** A tap overtaken by another still opens for this long. */
export const tapOvertakenMs = 60_000;
/** More unseen counters than this before a tap and it is flagged: somebody may have gathered taps. */
export const tapGapMax = 20;

/** One rise of the highest counter within the last {@link tapOvertakenMs}. */
export interface TapRise {
  /** Monotonic clock of this boot. */
  readonly atMs: number;
  readonly highest: number;
  /** Whether more than {@link tapGapMax} unseen counters lay before it. */
  readonly gap: boolean;
}

/**
 * What a box knows of one sticker's counters: a plain value to persist before anything is answered.
 * `highest` and `used` must survive a restart; `floor` and `rises` mean nothing in another boot.
 */
export interface TapWindow {
  /** The highest counter any tap has shown, -1 before the first. */
  readonly highest: number;
  /** The bitmap of 64 behind the highest (and the highest itself), as the used counters, ascending. */
  readonly used: readonly number[];
  /** The highest known as of 60 s before the last event. */
  readonly floor: number;
  readonly rises: readonly TapRise[];
}

/** For the operator: `tag-half-used` from 2^23 on, `tag-retire` when the sticker is due. */
export type TapWarning = "tag-half-used" | "tag-retire";

export interface TapNote {
  readonly window: TapWindow;
  readonly tapGap: boolean;
  readonly warnings: readonly TapWarning[];
}

export type TapAcceptance =
  | ({ readonly kind: "accepted" } & TapNote)
  | { readonly kind: "refused"; readonly code: "tap-seen"; readonly window: TapWindow };

/**
 * The window of a sticker just pinned. `counter` is the last one read while it was set up: neither it
 * nor any before it will open.
 */
export function newTapWindow(counter = -1): TapWindow {
  return { highest: counter, used: [], floor: counter, rises: [] };
}

/**
 * The window after a restart, when nobody knows any more what was seen when: everything up to the
 * highest counts as old, so that cutting the power revives no gathered tap. A driver who was
 * overtaken in that minute taps again.
 */
export function restartTapWindow(stored: Pick<TapWindow, "highest" | "used">): TapWindow {
  return { highest: stored.highest, used: stored.used, floor: stored.highest, rises: [] };
}

/**
 * Accepts a verified tap once: its counter is unused, greater than the highest known as of 60 s ago
 * and at most 64 behind the highest. Persist `window` before the ticket is given out.
 *
 * @param nowMs the box's monotonic clock; if it runs backwards, that counts as a restart.
 */
export function acceptTap(window: TapWindow, counter: number, nowMs: number): TapAcceptance {
  const current = settle(window, nowMs);
  const refused = { kind: "refused", code: "tap-seen", window: current } as const;
  if (!isCounter(counter) || counter <= current.floor) return refused;
  if (counter < current.highest - tapWindowWidth || current.used.includes(counter)) return refused;
  const raised = raise(current, counter, nowMs);
  const used = [...raised.used, counter].toSorted((left, right) => left - right);
  return {
    kind: "accepted",
    window: { ...raised, used },
    // A tap may be noted first and asked a ticket for later: its gap is still its own.
    tapGap: raised.rises.some(({ highest, gap }) => highest === counter && gap),
    warnings: warningsAt(counter),
  };
}

/**
 * Takes note of a verified tap that gets no ticket (a resident's, a passer-by's, one that somebody
 * forwards): it raises the highest and is not used up. `tapGap` is for this rise alone.
 */
export function noteTap(window: TapWindow, counter: number, nowMs: number): TapNote {
  const current = settle(window, nowMs);
  if (!isCounter(counter)) return { window: current, tapGap: false, warnings: [] };
  const raised = raise(current, counter, nowMs);
  const tapGap = counter > current.highest && (raised.rises.at(-1)?.gap ?? false);
  return { window: raised, tapGap, warnings: warningsAt(counter) };
}

function isCounter(counter: number): boolean {
  return Number.isInteger(counter) && counter >= 0 && counter < tapCounterEnd;
}

/** Moves rises that are 60 s old into the floor. */
function settle(window: TapWindow, nowMs: number): TapWindow {
  const newest = window.rises.at(-1)?.atMs;
  if (newest !== undefined && nowMs < newest) return restartTapWindow(window);
  const recent = window.rises.filter(({ atMs }) => nowMs - atMs < tapOvertakenMs);
  if (recent.length === window.rises.length) return window;
  const old = window.rises[window.rises.length - recent.length - 1];
  return { ...window, floor: Math.max(window.floor, old?.highest ?? -1), rises: recent };
}

function raise(window: TapWindow, counter: number, nowMs: number): TapWindow {
  if (counter <= window.highest) return window;
  const least = counter - tapWindowWidth;
  const rise = { atMs: nowMs, highest: counter, gap: counter - window.highest - 1 > tapGapMax };
  return {
    highest: counter,
    used: window.used.filter((used) => used >= least),
    floor: window.floor,
    // A rise to below the window can let nothing in, so at most 65 are ever kept.
    rises: [...window.rises.filter(({ highest }) => highest >= least), rise],
  };
}

function warningsAt(counter: number): readonly TapWarning[] {
  if (counter >= tapCounterRetireAt) return ["tag-half-used", "tag-retire"];
  return counter >= tapCounterWarnAt ? ["tag-half-used"] : [];
}
