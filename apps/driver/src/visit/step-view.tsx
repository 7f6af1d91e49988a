import { Button, Notice, Skeleton, StagePlate, sayTime } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { Entrance } from "../api/today.ts";
import { commonWords } from "../words/common-words.ts";
import type { VisitWords } from "../words/visit-words.ts";
import { EndedView } from "./ended-view.tsx";
import type { RefusalSetting } from "./refusal-words.ts";
import { SilentView } from "./silent-view.tsx";
import { TapArt } from "./tap-art.tsx";
import type { Visit } from "./visit.ts";
import type { VisitState } from "./visit-state.ts";

interface StepViewProps {
  readonly state: VisitState;
  readonly visit: Visit;
  readonly words: VisitWords;
  readonly setting: RefusalSetting;
}

/** The middle of the screen for where a visit stands. */
export function StepView({ state, visit, words, setting }: StepViewProps): ReactElement | null {
  const { step, building } = state;
  const { locale } = setting;
  switch (step.kind) {
    case "ready":
      return <ReadyView state={state} visit={visit} words={words} setting={setting} />;
    case "arriving":
      return <Skeleton label={words.arriving} lines={3} />;
    case "at-door":
      return <p role="status">{words.atDoorLine}</p>;
    case "finger":
      return (
        <p role="status">{words.fingerLine(commonWords(locale).theKind[step.entrance.kind])}</p>
      );
    case "opening":
      return <StagePlate progress={step.progress} locale={locale} size="large" live />;
    case "ended":
      return <EndedView state={state} step={step} words={words} setting={setting} />;
    case "silent":
      return building === undefined ? null : (
        <SilentView {...step} building={building} words={words} locale={locale} />
      );
    case "failed":
      return (
        <Notice tone="refused" title={words.failure[step.failure]} live>
          <p>{words.failureNow[step.failure]}</p>
        </Notice>
      );
  }
}

function ReadyView({ state, visit, words, setting }: StepViewProps): ReactElement {
  const { building, codes, assignment } = state;
  const { locale } = setting;
  const offline = building?.entrances.filter(({ boxOnline }) => !boxOnline) ?? [];
  const common = commonWords(locale);
  const zone = { locale, zone: setting.zone, nowMs: setting.nowMs };
  return (
    <>
      {building === undefined ? null : <p>{building.address}</p>}
      <TapArt />
      <p>{codes.length > 0 ? words.tapLine : words.tapOrScan}</p>
      {offline.map((entrance) => (
        <Notice key={entrance.id} tone="refused" title={words.silentTitle}>
          <p className="visit__kind">{common.kind[entrance.kind]}</p>
        </Notice>
      ))}
      {building !== undefined && building.assignments.length > 1 ? (
        <label className="visit__round">
          {words.round}
          <select
            value={assignment?.id}
            onChange={(event) => {
              const chosen = building.assignments.find(({ id }) => id === event.target.value);
              if (chosen !== undefined) visit.chooseAssignment(chosen);
            }}
          >
            {building.assignments.map(({ id, parcels, window }) => (
              <option key={id} value={id}>
                {words.roundOf(
                  common.parcels(parcels),
                  sayTime(window.from, zone),
                  sayTime(window.until, zone),
                )}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {building?.entrances.filter(needsNoTap).map((entrance) => (
        <Button key={entrance.id} onClick={() => visit.arrive(entrance)}>
          {words.arrive(common.theKind[entrance.kind])}
        </Button>
      ))}
    </>
  );
}

/** Whether the policy lets a phone in here without reading a tag. */
function needsNoTap(entrance: Entrance): boolean {
  return entrance.presence === "none" || entrance.noTap === "none";
}
