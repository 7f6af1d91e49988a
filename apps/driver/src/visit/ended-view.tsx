import { Button, Glyph, Notice, StagePlate, type StageProgress } from "@vestibule/ui";
import type { ReactElement } from "react";
import { commonWords } from "../words/common-words.ts";
import type { VisitWords } from "../words/visit-words.ts";
import { mayBeInside, type Outcome } from "./outcome.ts";
import { mendOf, type RefusalSetting, sayRefusal } from "./refusal-words.ts";
import { TapArt } from "./tap-art.tsx";
import type { Visit } from "./visit.ts";
import { nextEntrance, type Step, type VisitState } from "./visit-state.ts";

export type EndedStep = Extract<Step, { readonly kind: "ended" }>;

interface EndedProps {
  readonly state: VisitState;
  readonly step: EndedStep;
  readonly words: VisitWords;
  readonly setting: RefusalSetting;
}

/** How the studs stand at the end. They never show more than the box said. */
export function endProgress(outcome: Outcome, words: VisitWords, refusal: string): StageProgress {
  switch (outcome.kind) {
    case "opened":
    case "current":
      return { kind: "reached", stage: "confirmed" };
    case "cannot-confirm":
      return { kind: "unconfirmed" };
    case "not-opened":
    case "no-current":
      return { kind: "refused", at: "confirmed", sentence: words.outcome[`${outcome.kind}Now`] };
    case "unconfirmed":
      return { kind: "reached", stage: outcome.stage };
    case "refused":
      return { kind: "refused", at: outcome.stage, sentence: refusal };
  }
}

/** What happened, why, and what to do now. */
export function EndedView({ state, step, words, setting }: EndedProps): ReactElement {
  const { outcome, receipt } = step;
  const { building, passed } = state;
  const common = commonWords(setting.locale);
  const next = building === undefined ? undefined : nextEntrance(building, passed);
  const refusal = outcome.kind === "refused" ? sayRefusal(outcome, setting) : "";
  return (
    <>
      <StagePlate
        progress={endProgress(outcome, words, refusal)}
        locale={setting.locale}
        size="large"
        live
      />
      {toneOf(outcome) === "refused" || outcome.kind === "refused" ? null : (
        <Notice tone={toneOf(outcome)} title={words.outcome[`${outcome.kind}Now`]} />
      )}
      {receipt === undefined ? null : (
        <p className="visit__receipt">
          <Glyph name="tick" />
          {words.receipt}
        </p>
      )}
      {next !== undefined && mayBeInside(outcome) ? (
        <section className="visit__next">
          <h2>{words.next(common.theKind[next.kind])}</h2>
          <p>{words.nextLine}</p>
          <TapArt />
        </section>
      ) : null}
    </>
  );
}

function toneOf(outcome: Outcome): "confirmed" | "refused" | "waiting" {
  switch (outcome.kind) {
    case "opened":
    case "current":
      return "confirmed";
    case "cannot-confirm":
    case "unconfirmed":
      return "waiting";
    case "not-opened":
    case "no-current":
    case "refused":
      return "refused";
  }
}

interface EndedActionProps extends EndedProps {
  readonly visit: Visit;
  readonly onScan: () => void;
  readonly onFinish: () => void;
}

/** The one thing to do next. */
export function EndedAction(props: EndedActionProps): ReactElement {
  const { state, step, words, visit, onScan, onFinish, setting } = props;
  const { outcome } = step;
  const { building, passed } = state;
  const next = building === undefined ? undefined : nextEntrance(building, passed);
  if (mayBeInside(outcome)) {
    if (next === undefined || next.presence === "nfc" || next.noTap === "none") {
      const tone = next === undefined ? "primary" : "plain";
      return (
        <Button tone={tone} wide onClick={onFinish}>
          {words.finish}
        </Button>
      );
    }
    return (
      <Button tone="primary" wide onClick={() => visit.arrive(next)}>
        {words.arrive(commonWords(setting.locale).theKind[next.kind])}
      </Button>
    );
  }
  const mend = outcome.kind === "refused" ? mendOf(outcome.code) : "tap";
  if (mend === "scan") {
    const other = (): void => {
      visit.scanOther();
      onScan();
    };
    return (
      <Button tone="primary" wide onClick={other}>
        {words.scanOther}
      </Button>
    );
  }
  return mend === "tap" ? (
    <Button tone="primary" wide onClick={() => visit.again()}>
      {words.tapAgain}
    </Button>
  ) : (
    <Button wide onClick={onFinish}>
      {words.finish}
    </Button>
  );
}
