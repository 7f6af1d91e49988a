import type { RefusalDetail } from "@vestibule/core";
import { refusalCodes, refusalSentence } from "@vestibule/core/faults";
import { isObject } from "@vestibule/sdk/wire";
import { type Locale, type Stage, type StageProgress, sayTime, stages } from "@vestibule/ui";
import type { Attempt } from "../api/entries.ts";
import { buildingWords } from "./building-words.ts";

interface Telling {
  readonly locale: Locale;
  /** The building's zone. */
  readonly zone: string;
}

/** How far an attempt came, never more than its receipts say. */
export function attemptProgress(attempt: Attempt, telling: Telling): StageProgress {
  switch (attempt.outcome) {
    case "failed":
      return {
        kind: "refused",
        at: stoppedAt(attempt),
        sentence: attemptRefusal(attempt, telling) ?? "",
      };
    case "unconfirmed":
      return {
        kind: "refused",
        at: stages[stages.indexOf(attempt.stage) + 1] ?? attempt.stage,
        sentence: buildingWords(telling.locale).silentOutcome,
      };
    case "reached":
    case "waiting":
      return attempt.stage === "released" && attempt.sensing?.result === "unknown"
        ? { kind: "unconfirmed" }
        : { kind: "reached", stage: attempt.stage };
  }
}

/**
 * Where it stopped. A refusal's receipt names the stage that failed; a strike that did not answer is
 * written at the last stage that held.
 */
function stoppedAt({ code, stage }: Attempt): Stage {
  if (code !== "strike-fault") return stage;
  return stages[stages.indexOf(stage) + 1] ?? stage;
}

/** Why an attempt was refused, for the manager; undefined where it was not. */
export function attemptRefusal(attempt: Attempt, { locale, zone }: Telling): string | undefined {
  const code = refusalCodes.find((known) => known === attempt.code);
  if (code === undefined) return attempt.sentence ?? attempt.code;
  const detail = readDetail(attempt.detail);
  const until =
    detail.until === undefined
      ? {}
      : { until: sayTime(detail.until * 1_000, { locale, zone, nowMs: attempt.presentedAt }) };
  return refusalSentence(code, {
    audience: "manager",
    locale,
    detail,
    names: { ...(attempt.carrier === undefined ? {} : { carrier: attempt.carrier }), ...until },
  });
}

function readDetail(value: unknown): RefusalDetail {
  if (!isObject(value)) return {};
  const { field, domain, until, localTime, left } = value;
  return {
    ...(typeof field === "string" ? { field } : {}),
    ...(typeof domain === "string" ? { domain } : {}),
    ...(typeof until === "number" ? { until } : {}),
    ...(typeof localTime === "string" ? { localTime } : {}),
    ...(typeof left === "number" ? { left } : {}),
  };
}
