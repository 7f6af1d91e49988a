import { Skeleton } from "@vestibule/ui";
import { lazy, type ReactElement, Suspense, useCallback, useEffect, useState } from "react";
import type { Host } from "./api/session.ts";
import type { Building } from "./api/today.ts";
import type { Config } from "./config.ts";
import type { Feel } from "./feel/feel.ts";
import type { ParcelInbox } from "./feel/parcel-inbox.ts";
import { keep } from "./kept/database.ts";
import { type Handset, keptHandset } from "./kept/handset.ts";
import type { Launch } from "./launch.ts";
import { Screen } from "./parts/screen.tsx";
import type { Shared } from "./parts/shared.ts";
import { BadgeNote } from "./today/badge-note.tsx";
import { TodayScreen, usePullToRefresh } from "./today/today-screen.tsx";
import { useToday } from "./today/use-today.ts";
import type { VisitStart } from "./visit/visit-flow.tsx";
import { commonWords } from "./words/common-words.ts";

const VisitFlow = lazy(() =>
  import("./visit/visit-flow.tsx").then(({ VisitFlow: flow }) => ({ default: flow })),
);
const BadgeScreen = lazy(() =>
  import("./enrol/badge-screen.tsx").then(({ BadgeScreen: screen }) => ({ default: screen })),
);

interface ShiftProps extends Shared {
  readonly config: Config;
  readonly handset: Handset;
  readonly host: Host;
  readonly feel: Feel;
  readonly inbox: ParcelInbox;
  readonly launch: Launch;
  readonly onWithdraw: () => Promise<void>;
}

type Place =
  | { readonly kind: "today" }
  | { readonly kind: "badge" }
  | { readonly kind: "visit"; readonly start: VisitStart };

/** A shift: today's list, the visits, the badge. */
export function Shift(props: ShiftProps): ReactElement {
  const { launch, handset, host, inbox, onWithdraw, ...rest } = props;
  const { locale } = rest;
  const today = useToday(host);
  const [place, setPlace] = useState<Place>(() => placeOf(launch));
  useEffect(() => {
    if (launch.kind === "tap") setPlace(placeOf(launch));
  }, [launch]);
  const toToday = useCallback(() => setPlace({ kind: "today" }), []);
  const refresh = useCallback(() => void today.refresh(), [today.refresh]);
  usePullToRefresh(place.kind === "today" ? refresh : undefined);
  useEffect(() => {
    if (place.kind === "visit") return;
    return inbox.listen((text) => setPlace({ kind: "visit", start: { kind: "parcel", text } }));
  }, [inbox, place.kind]);
  useNewerBadge(handset, today.fetched?.today.badge);
  const hoursOf = useHours(handset, locale, today.fetched !== undefined);
  const words = commonWords(locale);
  const loading = (
    <Screen {...rest} title={words.app}>
      <Skeleton label={words.loading} lines={4} />
    </Screen>
  );
  switch (place.kind) {
    case "today":
      return (
        <TodayScreen
          {...rest}
          {...today}
          hoursOf={hoursOf}
          badgeNote={<BadgeNote handset={handset} locale={locale} />}
          onRefresh={refresh}
          onOpen={(building) => setPlace({ kind: "visit", start: { kind: "building", building } })}
          onScan={() => setPlace({ kind: "visit", start: { kind: "scan" } })}
          onBadge={() => setPlace({ kind: "badge" })}
        />
      );
    case "badge":
      return (
        <Suspense fallback={loading}>
          <BadgeScreen
            {...rest}
            handset={handset}
            fresh={false}
            onToday={toToday}
            onWithdraw={onWithdraw}
          />
        </Suspense>
      );
    case "visit":
      return (
        <Suspense fallback={loading}>
          <VisitFlow
            {...rest}
            host={host}
            handset={handset}
            inbox={inbox}
            start={place.start}
            buildings={today.fetched?.today.buildings ?? []}
            busy={today.busy || !today.looked}
            trouble={today.trouble}
            onRefresh={refresh}
            onFinish={toToday}
          />
        </Suspense>
      );
  }
}

function placeOf(launch: Launch): Place {
  return launch.kind === "tap"
    ? { kind: "visit", start: { kind: "tap", tap: launch.tap } }
    : { kind: "today" };
}

/** A badge that the vetter renewed comes with the list; it is kept for the next start. */
function useNewerBadge(handset: Handset, badge: string | undefined): void {
  useEffect(() => {
    if (badge === undefined || badge === handset.badge) return;
    void keptHandset().then(async (kept) => {
      if (kept !== undefined && kept.answer.terms.jkt === handset.answer.terms.jkt)
        await keep("handset", { ...kept, badge });
    });
  }, [badge, handset]);
}

type HoursOf = (building: Building) => readonly string[];

/** The buildings' hours, once the list is drawn: they need core, which the first screen does without. */
function useHours(handset: Handset, locale: "en" | "es", listed: boolean): HoursOf | undefined {
  const [hoursOf, setHoursOf] = useState<HoursOf>();
  useEffect(() => {
    if (!listed) return;
    let gone = false;
    void import("./today/building-hours.ts").then(({ buildingHours }) => {
      const { car } = handset.answer.terms;
      if (!gone) setHoursOf(() => (building: Building) => buildingHours(building, car, locale));
    });
    return () => {
      gone = true;
    };
  }, [handset, locale, listed]);
  return hoursOf;
}
