import { type RefusalCode, type RefusalDetail, refusalCodes } from "@vestibule/core";
import { refusalSentence } from "@vestibule/core/faults";
import { type Static, Type } from "typebox";
import type { AttemptOutcome, SensingSeen } from "../records/record.ts";

/** An attempt on the wire: never more than the box's newest receipt says. */
export const AttemptAnswer = Type.Object({
  id: Type.String(),
  entranceId: Type.String(),
  visitId: Type.Optional(Type.String()),
  stage: Type.String({ description: "The stage of the newest receipt; `presented` without one" }),
  outcome: Type.String({
    enum: ["waiting", "unconfirmed", "reached", "failed"],
    description: "`unconfirmed`: the box did not say its last word in time",
  }),
  code: Type.Optional(Type.String()),
  sentence: Type.Optional(Type.String()),
  detail: Type.Optional(Type.Object({}, { additionalProperties: true })),
  sensing: Type.Optional(Type.Object({ kind: Type.String(), result: Type.String() })),
  receipt: Type.Optional(Type.String()),
  late: Type.Boolean(),
  presentedAt: Type.String({ format: "date-time" }),
  endedAt: Type.Optional(Type.String({ format: "date-time" })),
});

/** What the wire's answer is made from. */
export interface AttemptSeen {
  readonly id: string;
  readonly entranceId: string;
  readonly visitId: string | null;
  readonly carrierName: string | null;
  readonly stage: string;
  readonly outcome: AttemptOutcome;
  readonly code: string | null;
  readonly detail: RefusalDetail;
  readonly sensing: SensingSeen | undefined;
  readonly receipt: string | null;
  readonly late: boolean;
  readonly presentedAt: Date;
  readonly endedAt: Date | null;
  readonly deadlineAt: Date;
}

/** For whom an answer is worded, and when. */
export interface Reader {
  readonly audience: "driver" | "manager";
  readonly locale: "en" | "es";
  readonly nowMs: number;
}

/** Words an attempt for the one who reads it. */
export function attemptAnswer(attempt: AttemptSeen, reader: Reader): Static<typeof AttemptAnswer> {
  const { code, detail, sensing, receipt, visitId, endedAt } = attempt;
  const sentence = code === null ? undefined : sentenceFor(code, { ...reader, attempt });
  return {
    id: attempt.id,
    entranceId: attempt.entranceId,
    ...(visitId === null ? {} : { visitId }),
    stage: attempt.stage,
    outcome: outcomeOf(attempt, reader.nowMs),
    ...(code === null ? {} : { code }),
    ...(sentence === undefined ? {} : { sentence }),
    ...(Object.keys(detail).length === 0 ? {} : { detail: { ...detail } }),
    ...(sensing === undefined ? {} : { sensing: { ...sensing } }),
    ...(receipt === null ? {} : { receipt }),
    late: attempt.late,
    presentedAt: attempt.presentedAt.toISOString(),
    ...(endedAt === null ? {} : { endedAt: endedAt.toISOString() }),
  };
}

function outcomeOf(attempt: AttemptSeen, nowMs: number): Static<typeof AttemptAnswer>["outcome"] {
  switch (attempt.outcome) {
    case "open":
      return nowMs < attempt.deadlineAt.getTime() ? "waiting" : "unconfirmed";
    case "silent":
      return "unconfirmed";
    case "reached":
    case "failed":
      return attempt.outcome;
  }
}

function sentenceFor(
  code: string,
  { audience, locale, attempt }: Reader & { readonly attempt: AttemptSeen },
): string | undefined {
  if (!isRefusalCode(code)) return undefined;
  const { carrierName, detail } = attempt;
  const names = carrierName === null ? {} : { carrier: carrierName };
  return refusalSentence(code, { audience, locale, detail, names });
}

/** Whether a text is a code of core's closed list. */
export function isRefusalCode(text: string): text is RefusalCode {
  return refusalCodes.some((code) => code === text);
}

/** The language that a request prefers, of those that the words are written in. */
export function localeOf(acceptLanguage: string | undefined): "en" | "es" {
  return /^\s*es\b/i.test(acceptLanguage ?? "") ? "es" : "en";
}
