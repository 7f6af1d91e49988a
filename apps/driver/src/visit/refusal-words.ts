import {
  type RefusalCode,
  type RefusalDetail,
  refusalCodes,
  refusalSentence,
} from "@vestibule/core/faults";
import { type Locale, sayTime } from "@vestibule/ui";
import { maybe, number, record, text } from "../json.ts";
import { visitWords } from "../words/visit-words.ts";
import type { Outcome } from "./outcome.ts";

/** What the sentence may name. */
export interface RefusalSetting {
  readonly locale: Locale;
  readonly zone: string;
  readonly nowMs: number;
  readonly carrier: string | undefined;
  readonly hours: { readonly from: string; readonly to: string } | undefined;
}

const detailReader = record({
  field: maybe(text),
  domain: maybe(text),
  until: maybe(number),
  localTime: maybe(text),
  left: maybe(number),
});

/** What the driver's own next step is, where he can mend it here. */
export type Mend = "tap" | "scan" | "none";

/** Why the door refused and what to do now, in one paragraph. */
export function sayRefusal(
  refusal: Extract<Outcome, { readonly kind: "refused" }>,
  setting: RefusalSetting,
): string {
  const code = refusalCodes.find((known) => known === refusal.code);
  const words = visitWords(setting.locale);
  if (code === undefined)
    return refusal.sentence ?? `${words.refusedAs(refusal.code)} ${words.refusedNow}`;
  const detail: RefusalDetail = detailReader(refusal.detail) ?? {};
  const { locale, zone, nowMs, carrier, hours } = setting;
  return refusalSentence(code, {
    audience: "driver",
    locale,
    detail,
    names: {
      ...(carrier === undefined ? {} : { carrier }),
      ...(hours === undefined ? {} : { hours }),
      ...(detail.until === undefined
        ? {}
        : { until: sayTime(detail.until * 1_000, { locale, zone, nowMs }) }),
    },
  });
}

const byTap: ReadonlySet<string> = new Set<RefusalCode>([
  "tap-seen",
  "tap-mac",
  "tap-other-entrance",
  "ticket-expired",
  "ticket-used",
  "ticket-limit",
  "proof-replayed",
  "stale",
  "strike-fault",
]);
const byScan: ReadonlySet<string> = new Set<RefusalCode>([
  "code-unknown",
  "code-spent",
  "retry-exhausted",
]);

/** What a driver can do about a refusal at the door: tap afresh, scan another label, or nothing. */
export function mendOf(code: string): Mend {
  if (byTap.has(code)) return "tap";
  return byScan.has(code) ? "scan" : "none";
}
