import { Button, Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { listen } from "../api/live.ts";
import type { Host } from "../api/session.ts";
import type { Building } from "../api/today.ts";
import type { Config } from "../config.ts";
import type { Feel } from "../feel/feel.ts";
import type { ParcelInbox } from "../feel/parcel-inbox.ts";
import type { Handset } from "../kept/handset.ts";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import type { TodayTrouble } from "../today/use-today.ts";
import { commonWords } from "../words/common-words.ts";
import { visitWords } from "../words/visit-words.ts";
import { doorCalls } from "./door-calls.ts";
import { readLabel } from "./held-codes.ts";
import { joinTabs } from "./tabs.ts";
import { createVisit, type Visit } from "./visit.ts";
import { VisitScreen } from "./visit-screen.tsx";
import type { Failure, Tap } from "./visit-state.ts";

/** How a visit began. */
export type VisitStart =
  | { readonly kind: "building"; readonly building: Building }
  | { readonly kind: "scan" }
  | { readonly kind: "tap"; readonly tap: Tap }
  | { readonly kind: "parcel"; readonly text: string };

interface VisitFlowProps extends Shared {
  readonly config: Config;
  readonly host: Host;
  readonly handset: Handset;
  readonly feel: Feel;
  readonly inbox: ParcelInbox;
  readonly start: VisitStart;
  readonly buildings: readonly Building[];
  /** The list is still being fetched, so a door that is not in it may yet be. */
  readonly busy: boolean;
  /** Why there is no newer list: a door that is not in the old one may still be in that. */
  readonly trouble: TodayTrouble | undefined;
  readonly onRefresh: () => void;
  readonly onFinish: () => void;
}

/** A visit with everything it listens to: taps, the street's parcels, other tabs, the live socket. */
export function VisitFlow(props: VisitFlowProps): ReactElement {
  const { config, host, handset, feel, inbox, start, buildings, locale, onRefresh } = props;
  const known = useRef(buildings);
  known.current = buildings;
  const visit = useMemo(
    () =>
      createVisit({
        calls: doorCalls(host, handset, () => import("./door-papers.ts")),
        buildings: () => known.current,
        released: feel.released,
        refused: feel.refused,
        nowMs: () => performance.now(),
        wallMs: () => Date.now(),
      }),
    [host, handset, feel],
  );
  const tabs = useTabs(visit);
  const waiting = useStart(props, { visit, ask: tabs.ask });
  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState === "visible") visit.wake();
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [visit]);
  useEffect(() => listen(config, host.token, visit.live), [config, host, visit]);
  useEffect(
    () => inbox.listen((text) => visit.label(readLabel(text, locale), "demo")),
    [inbox, visit, locale],
  );
  useEffect(
    () =>
      visit.subscribe(() => {
        const { step } = visit.state();
        // Its papers are of an older list: the next tap goes by a fresh one.
        if (step.kind === "failed" && step.failure === "policy-not-verified") onRefresh();
      }),
    [visit, onRefresh],
  );
  const words = visitWords(locale);
  if (tabs.resting) {
    return (
      <Screen
        {...props}
        title={words.restTitle}
        action={
          <Button wide onClick={tabs.resume}>
            {words.restBack}
          </Button>
        }
      >
        <p>{words.restLine}</p>
      </Screen>
    );
  }
  if (waiting) return <WaitingTap {...props} />;
  return <VisitScreen {...props} visit={visit} scanAtOnce={start.kind === "scan"} />;
}

/** A tap of a door that no list here names yet: it is placed as soon as a list comes. */
function WaitingTap(props: VisitFlowProps): ReactElement {
  const { locale, busy, trouble, onRefresh, onFinish } = props;
  const words = visitWords(locale);
  const common = commonWords(locale);
  if (busy || trouble === undefined) {
    return (
      <Screen {...props} title={words.arriving}>
        <Skeleton label={common.loading} lines={3} />
      </Screen>
    );
  }
  const failure: Failure = trouble;
  return (
    <Screen
      {...props}
      title={words.outcome.refused}
      corner={<Button onClick={onFinish}>{common.back}</Button>}
      action={
        <Button tone="primary" wide onClick={onRefresh}>
          {failure === "finger" ? words.fingerAgain : common.tryAgain}
        </Button>
      }
    >
      <Notice tone="refused" title={words.failure[failure]} live>
        <p>{words.failureNow[failure]}</p>
      </Notice>
    </Screen>
  );
}

interface StartSetting {
  readonly visit: Visit;
  readonly ask: () => void;
}

/** Plays what began the visit once. A tap waits for a list that names its door, while one is on its way. */
function useStart(
  { start, buildings, busy, trouble, locale }: VisitFlowProps,
  { visit, ask }: StartSetting,
): boolean {
  const played = useRef<VisitStart>(undefined);
  const [, redraw] = useState(0);
  useEffect(() => {
    if (played.current === start) return;
    const play = (act: () => void): void => {
      played.current = start;
      act();
      redraw((count) => count + 1);
    };
    switch (start.kind) {
      case "building":
        play(() => visit.choose(start.building));
        return;
      case "scan":
        play(() => undefined);
        return;
      case "parcel":
        play(() => visit.label(readLabel(start.text, locale), "demo"));
        return;
      case "tap": {
        const { tap } = start;
        const known = buildings.some(({ entrances }) => entrances.some(({ id }) => id === tap.ent));
        if (!known && (busy || trouble !== undefined)) return;
        play(() => {
          ask();
          visit.tap(tap);
        });
        return;
      }
    }
  }, [start, buildings, busy, trouble, locale, visit, ask]);
  return played.current !== start && start.kind === "tap";
}

interface Tabs {
  readonly resting: boolean;
  readonly ask: () => void;
  readonly resume: () => void;
}

function useTabs(visit: Visit): Tabs {
  const [resting, setResting] = useState(false);
  const joined = useRef<ReturnType<typeof joinTabs>>(undefined);
  useEffect(() => {
    const tabs = joinTabs({
      give: visit.handOver,
      rest: () => {
        visit.end();
        setResting(true);
      },
      receive: visit.takeOver,
    });
    joined.current = tabs;
    return tabs.leave;
  }, [visit]);
  return useMemo(
    () => ({
      resting,
      ask: () => void joined.current?.ask(),
      resume: () => {
        setResting(false);
        void joined.current?.ask();
      },
    }),
    [resting],
  );
}
