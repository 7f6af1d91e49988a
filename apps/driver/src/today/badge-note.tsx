import { type Locale, Notice, sayTime } from "@vestibule/ui";
import { type ReactElement, useMemo } from "react";
import type { Handset } from "../kept/handset.ts";
import { todayWords } from "../words/today-words.ts";
import { badgeEndsMs } from "./badge-ends.ts";

interface BadgeNoteProps {
  readonly handset: Handset;
  readonly locale: Locale;
}

/** How long before its end a badge is spoken of, in ms: time for a new invitation. */
const warnMs = 7 * 86_400_000;

/** Says at the start of a shift, not at a door, that a badge ends soon. The door decides by its own clock. */
export function BadgeNote({ handset, locale }: BadgeNoteProps): ReactElement | null {
  const { badge } = handset;
  const endsMs = useMemo(() => (badge === undefined ? undefined : badgeEndsMs(badge)), [badge]);
  const nowMs = Date.now();
  if (endsMs === undefined || endsMs - nowMs > warnMs) return null;
  const words = todayWords(locale);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const ends = sayTime(endsMs, { locale, zone, nowMs });
  return endsMs > nowMs ? (
    <Notice tone="waiting" title={words.badgeEnds(ends)} />
  ) : (
    <Notice tone="refused" title={words.badgeEnded} />
  );
}
