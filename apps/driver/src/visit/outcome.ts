import { flag, maybe, oneOf, record, text } from "../json.ts";

/** The stages of an attempt, in order. */
export const stageReader = oneOf(
  "presented",
  "authenticated",
  "authorized",
  "released",
  "confirmed",
);
export type AttemptStage = NonNullable<ReturnType<typeof stageReader>>;

const sensing = record({
  kind: oneOf("contact", "current", "none"),
  result: maybe(oneOf("opened", "not-opened", "current", "no-current", "unknown")),
});
export type Sensing = NonNullable<ReturnType<typeof sensing>>;

const anything = (value: unknown): object | undefined =>
  typeof value === "object" && value !== null ? value : undefined;

/** An attempt as the host answers it. What it says counts only as far as the box's receipt goes. */
export const attemptReader = record({
  id: text,
  stage: stageReader,
  code: maybe(text),
  sentence: maybe(text),
  detail: maybe(anything),
  sensing: maybe(sensing),
  receipt: maybe(text),
  late: maybe(flag),
  outcome: maybe(text),
});
export type Attempt = NonNullable<ReturnType<typeof attemptReader>>;

/** The box's own word, out of a receipt whose signature this phone verified. */
export interface BoxWord {
  readonly stage: AttemptStage;
  readonly code?: string | undefined;
  readonly sensing: Sensing;
}

/** How an attempt ended, in the words of what the box could know. */
export type Outcome =
  /** The contact saw the door move. */
  | { readonly kind: "opened" }
  /** Current flowed through the strike; whether the door moved is not known. */
  | { readonly kind: "current" }
  /** The pulse was given; this entrance has no sensing, or it could tell nothing this time. */
  | { readonly kind: "cannot-confirm" }
  /** The pulse was given; the contact saw nothing. */
  | { readonly kind: "not-opened" }
  /** The pulse was given; no current flowed. */
  | { readonly kind: "no-current" }
  /** No last word within the time. */
  | { readonly kind: "unconfirmed"; readonly stage: AttemptStage }
  | {
      readonly kind: "refused";
      readonly stage: AttemptStage;
      readonly code: string;
      readonly detail?: object | undefined;
      readonly sentence?: string | undefined;
    };

/**
 * What may be said of an attempt. With a receipt, the receipt alone speaks; without one nothing past
 * "the host passed it on" is known, whatever stage the host names.
 */
export function outcomeOf(attempt: Attempt, word: BoxWord | undefined): Outcome {
  if (word === undefined) {
    if (attempt.code !== undefined) return refusal(attempt, attempt.stage, attempt.code);
    return {
      kind: "unconfirmed",
      stage: attempt.stage === "presented" ? "presented" : "authenticated",
    };
  }
  const { stage, code } = word;
  const { kind, result } = word.sensing;
  if (stage === "released" || stage === "confirmed") {
    if (result === "not-opened") return { kind: "not-opened" };
    if (result === "no-current") return { kind: "no-current" };
    if (code !== undefined) return refusal(attempt, stage, code);
    if (stage === "confirmed") return kind === "current" ? { kind: "current" } : { kind: "opened" };
    // The box has spoken: a failed sense, or a door that stood open already, is no missing word.
    return { kind: "cannot-confirm" };
  }
  return code === undefined ? { kind: "unconfirmed", stage } : refusal(attempt, stage, code);
}

function refusal(attempt: Attempt, stage: AttemptStage, code: string): Outcome {
  const { detail, sentence } = attempt;
  return { kind: "refused", stage, code, detail, sentence };
}

/** Whether the strike was released, as far as the box said: only then do sound and buzz say "push". */
export function wasReleased(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "opened":
    case "current":
    case "cannot-confirm":
    case "not-opened":
      return true;
    case "unconfirmed":
      return outcome.stage === "released";
    case "no-current":
    case "refused":
      return false;
  }
}

/** Whether the driver is inside as far as anybody knows, so that the next door of a path is next. */
export function mayBeInside(outcome: Outcome): boolean {
  return (
    outcome.kind === "opened" || outcome.kind === "current" || outcome.kind === "cannot-confirm"
  );
}
