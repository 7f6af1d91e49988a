import { Button, Glyph, Notice, Skeleton, sayTime } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import type { Building, Entrance, FetchedToday } from "../api/today.ts";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { commonWords } from "../words/common-words.ts";
import { type TodayWords, todayWords } from "../words/today-words.ts";
import type { TodayTrouble } from "./use-today.ts";
import "./today.css";

interface TodayScreenProps extends Shared {
  readonly fetched: FetchedToday | undefined;
  readonly trouble: TodayTrouble | undefined;
  readonly busy: boolean;
  /** The building's hours for this carrier, in sentences; loaded after the list. */
  readonly hoursOf: ((building: Building) => readonly string[]) | undefined;
  readonly badgeNote: ReactElement | null;
  readonly onRefresh: () => void;
  readonly onOpen: (building: Building) => void;
  readonly onScan: () => void;
  readonly onBadge: () => void;
}

/** Where parcels of this driver go today, and how the doors there are. */
export function TodayScreen(props: TodayScreenProps): ReactElement {
  const { locale, fetched, trouble, busy, badgeNote, onRefresh, onScan, onBadge } = props;
  const words = todayWords(locale);
  const buildings = fetched?.today.buildings ?? [];
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asOf =
    fetched === undefined ? "" : sayTime(fetched.atMs, { locale, zone, nowMs: Date.now() });
  return (
    <Screen
      {...props}
      title={words.title}
      corner={
        <>
          <Button onClick={onRefresh} disabled={busy}>
            {words.refresh}
          </Button>
          <Button onClick={onBadge}>{words.badge}</Button>
        </>
      }
      action={
        trouble === "finger" ? (
          <Button tone="primary" wide onClick={onRefresh} disabled={busy}>
            {words.finger}
          </Button>
        ) : buildings.length > 0 ? (
          <>
            <p className="today__hint">{words.hint}</p>
            <Button tone="primary" wide onClick={onScan}>
              {words.scanFirst}
            </Button>
          </>
        ) : undefined
      }
    >
      {badgeNote}
      <Trouble {...props} asOf={asOf} />
      {fetched === undefined && (trouble === undefined || (trouble === "finger" && busy)) ? (
        <Skeleton label={commonWords(locale).loading} lines={5} />
      ) : null}
      {fetched !== undefined && buildings.length === 0 ? (
        <section className="today__empty">
          <h2>{words.emptyTitle}</h2>
          <p>{words.emptyLine}</p>
        </section>
      ) : null}
      <ul className="today__list">
        {buildings.map((building) => (
          <li key={building.bld}>
            <BuildingCard {...props} building={building} words={words} />
          </li>
        ))}
      </ul>
      {fetched !== undefined && trouble === undefined ? (
        <p className="today__asof" role="status">
          {words.asOf(asOf)}
        </p>
      ) : null}
    </Screen>
  );
}

function Trouble(props: TodayScreenProps & { readonly asOf: string }): ReactElement | null {
  const { locale, trouble, fetched, asOf, onRefresh } = props;
  if (trouble === undefined) return null;
  const words = todayWords(locale);
  const common = commonWords(locale);
  if (trouble === "finger") {
    return (
      <Notice tone="info" title={words.fingerTitle} live>
        <p>{words.fingerLine}</p>
      </Notice>
    );
  }
  if (trouble === "key-unknown") {
    return (
      <Notice tone="refused" title={words.keyUnknown} live>
        <p>{words.keyUnknownNow}</p>
      </Notice>
    );
  }
  const why = trouble === "no-network" ? common.noNetwork : common.hostTrouble;
  if (fetched !== undefined) {
    return (
      <Notice tone="waiting" title={why} live>
        <p>{words.stale(asOf)}</p>
      </Notice>
    );
  }
  return (
    <>
      <Notice tone="refused" title={words.failTitle} live>
        <p>{why}</p>
      </Notice>
      <Button onClick={onRefresh}>{common.tryAgain}</Button>
    </>
  );
}

interface BuildingCardProps extends Pick<TodayScreenProps, "locale" | "hoursOf" | "onOpen"> {
  readonly building: Building;
  readonly words: TodayWords;
}

function BuildingCard(props: BuildingCardProps): ReactElement {
  const { building, words, locale, hoursOf, onOpen } = props;
  const common = commonWords(locale);
  const setting = { locale, zone: building.tz, nowMs: Date.now() };
  const parcels = building.assignments.reduce((sum, { parcels: count }) => sum + count, 0);
  const [window] = building.assignments.map((assignment) => assignment.window);
  const hours = hoursOf?.(building) ?? [];
  return (
    <article className="card">
      <h2>
        <button type="button" onClick={() => onOpen(building)}>
          {building.name}
        </button>
      </h2>
      {building.address === building.name ? null : <p>{building.address}</p>}
      <p className="card__facts">
        <strong>{common.parcels(parcels)}</strong>
        {window === undefined ? null : (
          <span>{words.window(sayTime(window.from, setting), sayTime(window.until, setting))}</span>
        )}
      </p>
      {hours.length > 0 ? (
        <p className="card__hours">
          {words.hours}: {hours.join(" ")}
        </p>
      ) : null}
      <ul className="card__doors" aria-label={words.doors}>
        {building.entrances.map((entrance) => (
          <DoorLine key={entrance.id} entrance={entrance} words={words} setting={setting} />
        ))}
      </ul>
    </article>
  );
}

interface DoorLineProps {
  readonly entrance: Entrance;
  readonly words: TodayWords;
  readonly setting: Parameters<typeof sayTime>[1];
}

/** One door: its kind, and whether its box answers. */
function DoorLine({ entrance, words, setting }: DoorLineProps): ReactElement {
  const common = commonWords(setting.locale);
  const { boxOnline, silentSince, kind } = entrance;
  const offline =
    silentSince === undefined ? words.offline : words.offlineSince(sayTime(silentSince, setting));
  return (
    <li className={boxOnline ? "door" : "door door--offline"}>
      <Glyph name={boxOnline ? "tick" : "offline"} />
      <span className="door__kind">{common.kind[kind]}</span>
      <span>{boxOnline ? words.ready : offline}</span>
    </li>
  );
}

/** Fetches nothing by itself: a list that was pulled down from its top asks for a refresh. */
export function usePullToRefresh(onRefresh: (() => void) | undefined): void {
  const [startY, setStartY] = useState<number>();
  useEffect(() => {
    if (onRefresh === undefined) return;
    const start = (event: TouchEvent): void => {
      setStartY(window.scrollY === 0 ? event.touches[0]?.clientY : undefined);
    };
    const end = (event: TouchEvent): void => {
      const endY = event.changedTouches[0]?.clientY ?? 0;
      if (startY !== undefined && endY - startY > pullPx) onRefresh();
      setStartY(undefined);
    };
    window.addEventListener("touchstart", start, { passive: true });
    window.addEventListener("touchend", end, { passive: true });
    return () => {
      window.removeEventListener("touchstart", start);
      window.removeEventListener("touchend", end);
    };
  }, [onRefresh, startY]);
}

const pullPx = 120;
