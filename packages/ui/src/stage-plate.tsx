import type { ReactElement, ReactNode } from "react";
import type { Locale } from "./messages.ts";
import {
  type Stage,
  type StageProgress,
  type StudState,
  stageMessages,
  stages,
  studStates,
} from "./stages.ts";
import "./stage-plate.css";

interface StagePlateProps {
  readonly progress: StageProgress;
  readonly locale: Locale;
  /** large: driver; small: lists; vertical: the explanation, where studs open to `details`. */
  readonly size?: "large" | "small" | "vertical";
  /** Vertical only: what was checked at a stage, and in which paper. */
  readonly details?: Partial<Readonly<Record<Stage, ReactNode>>>;
  /** Announces changes politely. One plate per page at most. */
  readonly live?: boolean;
}

/**
 * Five studs on a plate that fill from left to right. A refusal turns the stud where it stopped into
 * a brick square with its sentence beside it; a door without sensing leaves the last one a hollow
 * diamond and says that it cannot confirm. Shape and word carry the state, colour repeats it.
 */
export function StagePlate(props: StagePlateProps): ReactElement {
  const { progress, locale, size = "large", details = {}, live = false } = props;
  const words = stageMessages(locale);
  const states = studStates(progress);
  return (
    <div className={`v-plate v-plate--${size}`}>
      <ol className="v-plate__studs" aria-label={words.plate}>
        {stages.map((stage, index) => {
          const state = states[index] ?? "empty";
          const name = (
            <span className="v-plate__name">
              {words.stage[stage]}
              <span className="v-unseen">: {words.state[state]}</span>
            </span>
          );
          const detail = size === "vertical" ? details[stage] : undefined;
          return (
            <li key={stage} className={`v-plate__stage v-plate__stage--${state}`}>
              <Stud state={state} />
              {detail === undefined ? (
                name
              ) : (
                <details className="v-plate__detail">
                  <summary>{name}</summary>
                  {detail}
                </details>
              )}
            </li>
          );
        })}
      </ol>
      <p className="v-plate__sentence" {...(live ? { role: "status" } : {})}>
        {sentence(progress, size, words)}
      </p>
    </div>
  );
}

type StageWords = ReturnType<typeof stageMessages>;

/** The words beside the plate: always for a refusal or a missing sensor, and wherever studs have no names. */
function sentence(progress: StageProgress, size: string, words: StageWords): string {
  switch (progress.kind) {
    case "refused":
      return progress.sentence;
    case "unconfirmed":
      return words.unconfirmed;
    case "waiting":
      return size === "small" ? words.waiting : "";
    case "reached":
      return size === "small" ? words.stage[progress.stage] : "";
  }
}

function Stud({ state }: { readonly state: StudState }): ReactElement {
  return (
    <svg className={`v-stud v-stud--${state}`} viewBox="0 0 24 24" aria-hidden="true">
      {state === "refused" ? <RefusedShape /> : null}
      {state === "unconfirmed" ? (
        <path className="v-stud__hollow" d="M12 2.5 21.5 12 12 21.5 2.5 12z" />
      ) : null}
      {state === "empty" || state === "filled" ? (
        <circle className="v-stud__rim" cx="12" cy="12" r="9" />
      ) : null}
      {state === "filled" ? (
        <>
          <circle className="v-stud__fill" cx="12" cy="12" r="9" />
          <path className="v-stud__glyph" d="M7.8 12.3l2.9 2.9 5.6-6" />
        </>
      ) : null}
    </svg>
  );
}

function RefusedShape(): ReactElement {
  return (
    <>
      <path className="v-stud__brick" d="M2.5 2.5h19v19h-19z" />
      <path className="v-stud__glyph" d="M8 8l8 8M16 8l-8 8" />
    </>
  );
}
