import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { readPolicy } from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import { Glyph, Notice, Skeleton, sayTime, TimeOf } from "@vestibule/ui";
import { type ReactElement, useMemo } from "react";
import type { Door } from "../api/buildings.ts";
import { type Attempt, attemptsPageLength } from "../api/entries.ts";
import { attemptsQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { healthOf } from "../shell/health-dot.tsx";
import { Empty } from "../shell/parts.tsx";
import { nameOf } from "../shell/rail.tsx";
import { sayDuration } from "../words/duration.ts";
import { commonWords } from "../words/shared-words.ts";
import { AttemptLine } from "./attempt-line.tsx";
import { useBuilding } from "./building-context.ts";
import { buildingWords } from "./building-words.ts";
import { DoorArt } from "./door-art.tsx";

/** A building's doors with what is known of them, and its deliveries as they happen. */
export function ActivityPage(): ReactElement {
  const said = useWords(buildingWords);
  const { building } = useBuilding();
  return (
    <>
      {building.policy === undefined && building.doors.length > 0 ? (
        <Notice tone="info" title={said.noPolicy}>
          <p>{said.noPolicyWhy}</p>
        </Notice>
      ) : null}
      <section className="c-section" aria-label={said.doors}>
        <h2>{said.doors}</h2>
        {building.doors.length === 0 ? (
          <Empty title={said.noDoors}>
            <p>{said.noDoorsWhy}</p>
            <div className="c-actions">
              <Link
                to="/buildings/$buildingId/places"
                params={{ buildingId: building.id }}
                search={{}}
                className="c-link-button"
              >
                {said.toPlaces}
              </Link>
              <Link
                to="/buildings/$buildingId/boxes"
                params={{ buildingId: building.id }}
                search={{}}
                className="c-link-button"
              >
                {said.toBoxes}
              </Link>
            </div>
          </Empty>
        ) : (
          <ul className="c-doors">
            {building.doors.map((door) => (
              <li key={door.id}>
                <DoorCard door={door} />
              </li>
            ))}
          </ul>
        )}
        <p className="c-quiet c-small">{said.truth}</p>
      </section>
      <Deliveries />
    </>
  );
}

function DoorCard({ door }: { readonly door: Door }): ReactElement {
  const said = useWords(buildingWords);
  const kinds = useWords(commonWords).kinds;
  const { told, time } = useBuilding();
  const live = told.get(door.ent);
  const shown: Door = live?.fault === true ? { ...door, strike: "fault" } : door;
  const health = healthOf(shown);
  const heldSince = live?.heldSinceMs ?? door.heldSince;
  const isHeld = live?.held ?? door.held ?? false;
  return (
    <article className={`c-door c-door--${health}`} id={`door-${door.ent}`}>
      <DoorArt isHeld={isHeld} />
      <div>
        <h3>{nameOf(door, kinds)}</h3>
        <p className="c-quiet c-small">{kindLine(door, kinds, said)}</p>
        <p className="c-door__state">
          <Glyph name={health === "online" ? "tick" : health === "fault" ? "jammed" : "offline"} />
          <span>{stateText(shown, said, (ms) => sayTime(ms, time))}</span>
        </p>
        {isHeld ? (
          <p className="c-door__held">
            <Glyph name="held" />
            {heldSince === undefined ? said.heldNow : said.held(sayTime(heldSince, time))}
          </p>
        ) : null}
        <p className="c-quiet c-small">
          <DoorMeaning door={shown} />{" "}
          {door.sensing === undefined ? "" : said.sensing[door.sensing]}
        </p>
      </div>
    </article>
  );
}

/** What the door's heading does not say of it already: its kind, and its name in the policy. */
function kindLine(door: Door, kinds: Readonly<Record<string, string>>, said: BuildingSaid): string {
  const kind = kinds[door.kind] ?? door.kind;
  const name = said.inPolicy(door.ent);
  return nameOf(door, kinds).toLowerCase() === kind.toLowerCase() ? name : `${kind} · ${name}`;
}

type BuildingSaid = ReturnType<typeof buildingWords>;

function stateText(door: Door, said: BuildingSaid, clock: (ms: number) => string): string {
  if (door.quarantined === true) return said.box.quarantined;
  switch (healthOf(door)) {
    case "online":
      return said.box.online;
    case "fault":
      return said.box.fault;
    case "waiting":
      return said.box.waiting;
    case "silent":
      return door.silentSince === undefined
        ? said.box.silentEver
        : said.box.silent(clock(door.silentSince));
  }
}

function DoorMeaning({ door }: { readonly door: Door }): ReactElement | null {
  const said = useWords(buildingWords);
  const { locale } = useSetting();
  const { building } = useBuilding();
  const text = building.policy?.text;
  const bound = useMemo(() => {
    const read = text === undefined ? undefined : readPolicy(browserCrypto(), text);
    return read?.kind === "read" ? read.policy.offline.max_stale_s : undefined;
  }, [text]);
  if (door.quarantined === true) return <>{said.box.quarantinedMeans}</>;
  const health = healthOf(door);
  if (health === "fault") return <>{said.box.faultMeans}</>;
  if (health === "waiting") return <>{said.box.waitingMeans}</>;
  if (health === "silent" && bound !== undefined)
    return <>{said.box.silentMeans(sayDuration(bound, locale))}</>;
  return null;
}

function Deliveries(): ReactElement {
  const said = useWords(buildingWords);
  const common = useWords(commonWords);
  const { building, time } = useBuilding();
  const attempts = useQuery(attemptsQuery(building.id));
  return (
    <section className="c-section" aria-label={said.live}>
      <h2>{said.live}</h2>
      {attempts.isError ? (
        <FaultNotice
          error={attempts.error}
          onRetry={() => void attempts.refetch()}
          {...(attempts.data === undefined ? {} : { also: said.stale })}
        />
      ) : null}
      {attempts.isPending ? <Skeleton label={common.loading} lines={4} /> : null}
      {attempts.data?.length === 0 ? (
        <Empty title={said.noAttempts}>
          <p>{said.noAttemptsWhy}</p>
        </Empty>
      ) : null}
      {attempts.data === undefined || attempts.data.length === 0 ? null : (
        <ul className="c-list c-attempts">
          {attempts.data.map((attempt: Attempt) => (
            <li
              key={attempt.id}
              className={attempt.outcome === "waiting" ? "c-attempts--open" : undefined}
            >
              <TimeOf atMs={attempt.presentedAt} {...time} />
              <AttemptLine attempt={attempt} />
            </li>
          ))}
        </ul>
      )}
      {(attempts.data?.length ?? 0) < attemptsPageLength ? null : (
        <Link to="/buildings/$buildingId/visits" params={{ buildingId: building.id }} search={{}}>
          {common.more}
        </Link>
      )}
    </section>
  );
}
