import { Button } from "@vestibule/ui";
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Feel } from "../feel/feel.ts";
import type { Handset } from "../kept/handset.ts";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { ScanPanel } from "../scan/scan-panel.tsx";
import { TypedCode } from "../scan/typed-code.tsx";
import { hoursOnDay } from "../today/building-hours.ts";
import { type CommonWords, commonWords } from "../words/common-words.ts";
import { type VisitWords, visitWords } from "../words/visit-words.ts";
import { EndedAction } from "./ended-view.tsx";
import { codesPerProofMax, type LabelRead, readLabel } from "./held-codes.ts";
import { HeldList } from "./held-list.tsx";
import type { RefusalSetting } from "./refusal-words.ts";
import { StepView } from "./step-view.tsx";
import type { Visit } from "./visit.ts";
import { nextEntrance, type VisitState } from "./visit-state.ts";
import "./visit.css";

interface VisitScreenProps extends Shared {
  readonly visit: Visit;
  readonly handset: Handset;
  readonly feel: Feel;
  /** The driver asked to scan before choosing a building. */
  readonly scanAtOnce: boolean;
  readonly onFinish: () => void;
}

type Panel = "none" | "scan" | "type";

/** After a tap the camera opens by itself, unless a label is in memory or comes from another tab, in ms. */
const cameraAfterTapMs = 350;

/** One visit: label and tap in either order, the stages, the outcome, the next door. */
export function VisitScreen(props: VisitScreenProps): ReactElement {
  const { visit, locale, feel, scanAtOnce, onFinish } = props;
  const state = useSyncExternalStore(visit.subscribe, visit.state);
  const words = visitWords(locale);
  const [panel, setPanel] = useState<Panel>(scanAtOnce ? "scan" : "none");
  useCameraAfterTap(state, setPanel);
  const take = (read: LabelRead): void => {
    if (read.kind === "no-parcel") return;
    feel.read();
    visit.label(read);
    if (!state.several || read.kind === "choice") setPanel("none");
  };
  const finish = (): void => {
    visit.end();
    onFinish();
  };
  const setting = useSetting(props, state);
  const leave = (): void => (panel === "none" ? finish() : setPanel("none"));
  const title = titleOf(state, { panel, words, common: commonWords(locale) });
  return (
    <Screen
      {...props}
      over={state.building?.name === title ? undefined : state.building?.name}
      title={title}
      corner={<Button onClick={leave}>{commonWords(locale).back}</Button>}
      action={
        <VisitAction
          state={state}
          visit={visit}
          words={words}
          setting={setting}
          panel={panel}
          onPanel={setPanel}
          onFinish={finish}
        />
      }
    >
      {panel === "scan" ? (
        <>
          <ScanPanel
            locale={locale}
            words={words}
            several={state.several}
            onText={(text) => take(readLabel(text, locale))}
            onType={() => setPanel("type")}
          />
          <Several state={state} visit={visit} words={words} />
        </>
      ) : null}
      {panel === "type" ? (
        <TypedCode
          locale={locale}
          words={words}
          onRead={(read) => {
            take(read);
            setPanel("none");
          }}
        />
      ) : null}
      {panel === "none" && state.choice.length > 0 ? (
        <Choice state={state} visit={visit} words={words} />
      ) : null}
      {panel === "none" && state.choice.length === 0 ? (
        <StepView state={state} visit={visit} words={words} setting={setting} />
      ) : null}
      <HeldList
        codes={state.codes}
        untilMs={state.codesUntilMs}
        demoParcel={state.demoParcel}
        words={words}
        onDrop={isQuiet(state) ? visit.drop : undefined}
      />
    </Screen>
  );
}

/** Whether nothing is on its way, so that labels may still be changed. */
function isQuiet({ step }: VisitState): boolean {
  return step.kind === "ready" || step.kind === "at-door";
}

/** Opens the viewfinder when a tap came first, and shuts it once a label does the rest. */
function useCameraAfterTap(state: VisitState, setPanel: (panel: Panel) => void): void {
  const { step, codes } = state;
  const latest = useRef(codes.length);
  latest.current = codes.length;
  const atDoor = step.kind === "arriving" || step.kind === "at-door";
  const elsewhere = !atDoor && step.kind !== "ready";
  useEffect(() => {
    if (elsewhere) setPanel("none");
  }, [elsewhere, setPanel]);
  useEffect(() => {
    if (!atDoor) return;
    const timer = setTimeout(() => {
      if (latest.current === 0) setPanel("scan");
    }, cameraAfterTapMs);
    return () => clearTimeout(timer);
  }, [atDoor, setPanel]);
}

function useSetting({ locale, handset }: VisitScreenProps, state: VisitState): RefusalSetting {
  const { building } = state;
  const nowMs = Date.now();
  const zone = building?.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hours =
    building === undefined || state.step.kind !== "ended"
      ? undefined
      : hoursOnDay(building, handset.answer.terms.car, nowMs);
  return { locale, zone, nowMs, carrier: handset.names?.carrier, hours };
}

interface TitleSetting {
  readonly panel: Panel;
  readonly words: VisitWords;
  readonly common: CommonWords;
}

function titleOf(state: VisitState, { panel, words, common }: TitleSetting): string {
  const { step, building, codes, choice, passed } = state;
  if (panel === "type") return words.typeTitle;
  if (panel === "scan") return words.scanTitle;
  if (choice.length > 0) return words.choiceTitle;
  switch (step.kind) {
    case "ready": {
      const next = building && nextEntrance(building, passed);
      if (next !== undefined) return words.tapDoor(common.theKind[next.kind]);
      return codes.length > 0 || building === undefined ? words.tapTitle : building.name;
    }
    case "arriving":
      return words.arriving;
    case "at-door":
      return words.atDoor(common.theKind[step.entrance.kind]);
    case "finger":
      return words.fingerTitle;
    case "opening":
      return words.openingDoor(common.theKind[step.entrance.kind]);
    case "ended":
      return words.outcome[step.outcome.kind];
    case "silent":
      return words.silentTitle;
    case "failed":
      return words.outcome.refused;
  }
}

interface PartProps {
  readonly state: VisitState;
  readonly visit: Visit;
  readonly words: VisitWords;
}

function Several({ state, visit, words }: PartProps): ReactElement {
  const full = state.codes.length >= codesPerProofMax;
  return (
    <>
      <label className="visit__several">
        <input
          type="checkbox"
          checked={state.several}
          onChange={(event) => visit.setSeveral(event.target.checked)}
        />
        {words.several}
      </label>
      {full ? <p role="status">{words.full}</p> : null}
    </>
  );
}

/** Two readings of one label: the driver looks at it and says which. */
function Choice({ state, visit, words }: PartProps): ReactElement {
  return (
    <section className="choice">
      <p>{words.choiceLine}</p>
      {state.choice.map((code) => (
        <Button key={code.canonical} onClick={() => visit.pick(code)}>
          {code.says}
          <code>{code.canonical}</code>
        </Button>
      ))}
    </section>
  );
}

interface VisitActionProps extends PartProps {
  readonly setting: RefusalSetting;
  readonly panel: Panel;
  readonly onPanel: (panel: Panel) => void;
  readonly onFinish: () => void;
}

/** The one action at the bottom edge. */
function VisitAction(props: VisitActionProps): ReactElement | undefined {
  const { state, visit, words, setting, panel, onPanel, onFinish } = props;
  const { step, codes, several, choice } = state;
  const common = commonWords(setting.locale);
  if (panel === "type" || (panel === "none" && choice.length > 0)) return undefined;
  if (panel === "scan") {
    if (!several || codes.length === 0) return undefined;
    const done = (): void => {
      onPanel("none");
      visit.open();
    };
    return (
      <Button tone="primary" wide onClick={done}>
        {words.done(codes.length)}
      </Button>
    );
  }
  switch (step.kind) {
    case "ready":
    case "at-door": {
      const scan = (): void => {
        if (codes.length > 0) visit.setSeveral(true);
        onPanel("scan");
      };
      if (step.kind === "at-door" && codes.length > 0)
        return (
          <Button tone="primary" wide onClick={visit.open}>
            {words.open(common.theKind[step.entrance.kind])}
          </Button>
        );
      return (
        <Button tone={codes.length > 0 ? "plain" : "primary"} wide onClick={scan}>
          {codes.length > 0 ? words.add : words.scan}
        </Button>
      );
    }
    case "arriving":
    case "finger":
    case "opening":
      return undefined;
    case "ended":
      return (
        <EndedAction
          state={state}
          step={step}
          words={words}
          setting={setting}
          visit={visit}
          onScan={() => onPanel("scan")}
          onFinish={onFinish}
        />
      );
    case "silent":
      return (
        <Button wide onClick={onFinish}>
          {words.finish}
        </Button>
      );
    case "failed":
      return step.again ? (
        <Button tone="primary" wide onClick={visit.again}>
          {step.failure === "finger" ? words.fingerAgain : common.tryAgain}
        </Button>
      ) : (
        <Button wide onClick={onFinish}>
          {words.finish}
        </Button>
      );
  }
}
